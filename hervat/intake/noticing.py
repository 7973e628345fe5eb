"""What is noticed at a source, written into the register a day: the report and `hervat status` tell it again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hervat.intake.noticed import Noticed
from hervat.intake.verdicts import keep_results
from hervat.night import Night
from hervat.register.models import Run, ValidationResult

SUITE = "source"
"""The mark of these among the results of validation, which are counts as well."""
_WAITS, _LINE = "waits", "line"
_PATIENCE = 3
"""So many nights in a row a file may grow before somebody is asked to look."""


def note(night: Night, looked_at: Iterable[str], noticed: Sequence[Noticed]) -> None:
    """Write down what tonight was noticed at the sources that were looked at; what stood there of today goes."""
    result = ValidationResult
    names = sorted(set(looked_at))
    with night.register.session() as session:
        here = result.municipality == night.code, result.day == night.as_of, result.suite == SUITE
        session.execute(delete(result).where(*here, result.expectation.in_(names)))
        keep_results(session, night, [(None, _row(one)) for one in noticed])


def _row(one: Noticed) -> dict[str, object]:
    return {
        "suite": SUITE,
        "expectation": one.source,
        "reason": one.reason,
        "severity": _WAITS if one.waits else _LINE,
        "element_count": one.extra,
        "unexpected_count": one.count,
        "success": False,
    }


def days_looked(session: Session, code: str, until: date) -> list[date]:
    """Return the days, until one, on which a night looked at the sources, the last one first."""
    wanted = select(Run.as_of, Run.steps).where(Run.municipality == code, Run.as_of <= until).order_by(Run.as_of.desc())
    return list(dict.fromkeys(day for day, steps in session.execute(wanted) if "fetch" in steps))


def noted(session: Session, code: str, days: Sequence[date], sources: Iterable[str]) -> list[Noticed]:
    """Return what was noticed on the first of the days; what grows for nights on end is told as that."""
    if not days:
        return []
    result = ValidationResult
    wanted = select(result).where(
        result.municipality == code, result.suite == SUITE, result.day.in_(days[: _PATIENCE + 30])
    )
    found: dict[date, list[ValidationResult]] = {}
    for row in session.scalars(wanted.order_by(result.id)):
        found.setdefault(row.day, []).append(row)
    there = set(sources)
    return [_told(row, days, found) for row in found.get(days[0], []) if row.expectation in there]


def _told(row: ValidationResult, days: Sequence[date], found: dict[date, list[ValidationResult]]) -> Noticed:
    one = Noticed(row.expectation, row.reason, row.unexpected_count, row.element_count, row.severity == _WAITS)
    nights = _in_a_row(one, days, found) if one.reason == "growing" else 0
    return replace(one, reason="growing_long", extra=nights, waits=True) if nights >= _PATIENCE else one


def _in_a_row(one: Noticed, days: Sequence[date], found: dict[date, list[ValidationResult]]) -> int:
    """Return for how many nights, the last one included, the source had this."""
    count = 0
    for day in days:
        if not any(row.expectation == one.source and row.reason == one.reason for row in found.get(day, [])):
            break
        count += 1
    return count
