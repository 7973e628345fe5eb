"""Deliver: prepare the CBS deliveries of a quarter, together where a reporter delivers so, else apart; and what people
record of them. Whatever changes what the report says of a delivery makes the report again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations import pip_rules
from hervat.delivery import (
    STOPS,
    Correction,
    Prepared,
    Stop,
    accept,
    accept_as_it_stands,
    confirm_all,
    prepare_together,
)
from hervat.errors import HervatError, UsageError
from hervat.night import Night
from hervat.register.settle import last_settled
from tasks.report import renew


@dataclass(frozen=True)
class Delivered:
    """A night of one gemeente and what came of its delivery; report: why its report could not be made again."""

    night: Night
    prepared: Prepared
    report: str | None = None


def deliver(nights: Iterable[Night], quarter: str, correction: Correction | None = None) -> Iterator[Delivered]:
    """Prepare the delivery of each gemeente, by the rules of expectations/; what fails in one holds up no other.

    Raises UsageError: then it is the command that is wrong.
    """
    for group in _groups(nights):
        found = _prepared(group, quarter, correction)
        yield from (Delivered(night, one, renew(night)) for night, one in zip(group, found, strict=True))


@dataclass(frozen=True)
class Recorded:
    """What a person recorded: the lines that he accepted, and why a report could not be made again."""

    lines: tuple[str, ...] = ()
    report: tuple[str, ...] = ()


def record_acceptance(night: Night, quarter: str, code: str, by: str, reason: str, dated: bool = False) -> Recorded:
    """Record that a person accepts a reason of the gate, or the bounds or rules that the records break, as it stands.

    dated: somebody named the night's day; else what stood on the last settled day is accepted too. Raises UsageError.
    """
    if code in STOPS:
        stop = accept_stop(night, quarter, code, by, reason)
        return Recorded(stop.lines, _renewed([night]))
    with night.register.session() as session:
        also = None if dated else last_settled(session, night.code)
    accept(night, quarter, code, by, reason, also)
    return Recorded(report=_renewed([night]))


def accept_stop(night: Night, quarter: str, code: str, by: str, reason: str) -> Stop:
    """Record that a person accepts the bounds or rules that a delivery breaks as it stands now."""
    return accept_as_it_stands(night, quarter, code, by, reason, pip_rules)


def record_receipt(nights: Sequence[Night], quarter: str, receipt: str, by: str) -> Recorded:
    """Record the portal's receipt for all that went in one file, or for none. Raises UsageError."""
    confirm_all(nights, quarter, receipt, by)
    return Recorded(report=_renewed(nights))


def _renewed(nights: Iterable[Night]) -> tuple[str, ...]:
    return tuple(filter(None, map(renew, nights)))


def _groups(nights: Iterable[Night]) -> list[list[Night]]:
    """Return the nights, those in one group that are delivered in one file."""
    groups: dict[str, list[Night]] = {}
    for night in nights:
        cbs = night.municipality.cbs
        key = f"together {cbs.reporter}" if cbs and cbs.together else night.code
        groups.setdefault(key, []).append(night)
    return list(groups.values())


def _prepared(group: Sequence[Night], quarter: str, correction: Correction | None) -> list[Prepared]:
    try:
        return prepare_together(group, quarter, pip_rules, correction)
    except UsageError:
        raise
    except HervatError as error:
        gate = {"open": False, "reasons": []}
        return [Prepared(False, (), one.settings.output, 0, (str(error),), gate) for one in group]
