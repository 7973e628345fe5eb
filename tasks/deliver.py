"""Deliver: prepare the CBS deliveries of a quarter, jointly if a reporter delivers so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hervat.attribution import signed
from hervat.delivery import Correction, Prepared, Stop, accept_as_it_stands, prepare_together
from hervat.errors import HervatError, UsageError
from hervat.expectations import pip_rules
from hervat.night import Night
from hervat.settings import Municipality, read_settings
from hervat.signing import Sign
from hervat.tasks.installation import Installation
from hervat.tasks.report import renew

SEVERAL = "several municipalities deliver here; choose one with --municipality"


@dataclass(frozen=True)
class Delivered:
    """A night of one gemeente and the outcome of its delivery; report: why its report could not be renewed."""

    night: Night
    prepared: Prepared
    report: str | None = None


def delivering(directory: Path, code: str | None) -> Installation:
    """Return the installation for a delivery: for one municipality alone, unless it delivers together with others."""
    settings = read_settings(directory, code)
    together = any(configured.cbs and configured.cbs.together for configured in settings.municipalities)
    return Installation(directory, None if together else code)


def delivery_nights(installed: Installation, code: str | None, day: date | None, quarter: str) -> list[Night]:
    """Return a night of each gemeente that delivers, and of those in a joint delivery with one of them.

    Raises UsageError for an invalid quarter, and if nobody delivers.
    """
    if not re.fullmatch(r"\d{4}Q[1-4]", quarter):
        raise UsageError(f"{quarter} is not a quarter; write it as 2022Q1")
    asked = [municipality for municipality in installed.municipalities(code) if municipality.cbs]
    beside = {configured.cbs.reporter for configured in asked if configured.cbs and configured.cbs.together}
    delivering = [
        municipality
        for municipality in installed.municipalities()
        if municipality in asked or _joins(municipality, beside)
    ]
    if not delivering:
        raise UsageError("no municipality here has a cbs part in hervat.yaml; there is nothing to deliver")
    return [installed.night(configured, day, origin="cbs") for configured in delivering]


def only_one(nights: Sequence[Night], code: str | None) -> Night:
    """Return the night of this municipality, or the only one. Raises UsageError when there are several."""
    chosen = [night for night in nights if code in (None, night.code)]
    if len(chosen) > 1:
        raise UsageError(SEVERAL)
    return chosen[0]


def _joins(municipality: Municipality, reporters: set[str]) -> bool:
    return bool(municipality.cbs and municipality.cbs.together and municipality.cbs.reporter in reporters)


def read_correction(nights: Sequence[Night], of: str | None, why: str | None) -> Correction | None:
    """Return which delivery is corrected and why; None if none is. Raises UsageError."""
    if of is None and why is None:
        return None
    if of is None or why is None:
        raise UsageError("a correction needs both: --correction-of RECEIPT --reason TEXT")
    if len({night.municipality.cbs.reporter for night in nights if night.municipality.cbs}) > 1:
        raise UsageError(SEVERAL)
    return Correction(of, signed("-", why).reason)


def deliver(nights: Iterable[Night], quarter: str, correction: Correction | None = None) -> Iterator[Delivered]:
    """Prepare the delivery of each gemeente, by the rules of expectations/; a failure in one stops no other.

    Raises UsageError for a wrong command. The report is renewed, for it shows deliveries.
    """
    for group in _groups(nights):
        outcomes = _prepared(group, quarter, correction)
        yield from (Delivered(night, outcome, renew(night)) for night, outcome in zip(group, outcomes, strict=True))


def accept_stop(night: Night, quarter: str, code: str, by: str, reason: str, sign: Sign | None = None) -> Stop:
    """Record that a person accepts the bounds or rules that a delivery breaks now."""
    return accept_as_it_stands(night, quarter, code, by, reason, pip_rules, sign)


def _groups(nights: Iterable[Night]) -> list[list[Night]]:
    """Return the nights, grouped by delivery file."""
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
        return [Prepared(False, (), night.settings.output, 0, (str(error),), gate) for night in group]
