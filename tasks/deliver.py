"""Deliver: prepare the CBS deliveries of a quarter, together where a reporter delivers so, else apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from expectations import pip_rules
from hervat.delivery import Correction, Prepared, Stop, accept_as_it_stands, prepare_together
from hervat.errors import HervatError, UsageError
from hervat.night import Night


@dataclass(frozen=True)
class Delivered:
    """A night of one gemeente and what came of its delivery."""

    night: Night
    prepared: Prepared


def deliver(nights: Iterable[Night], quarter: str, correction: Correction | None = None) -> Iterator[Delivered]:
    """Prepare the delivery of each gemeente, by the rules of expectations/; what fails in one holds up no other.

    Raises UsageError: then it is the command that is wrong.
    """
    for group in _groups(nights):
        found = _prepared(group, quarter, correction)
        yield from (Delivered(night, one) for night, one in zip(group, found, strict=True))


def accept_stop(night: Night, quarter: str, code: str, by: str, reason: str) -> Stop:
    """Record that a person accepts the bounds or rules that a delivery breaks as it stands now."""
    return accept_as_it_stands(night, quarter, code, by, reason, pip_rules)


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
