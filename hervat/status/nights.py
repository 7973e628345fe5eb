"""The last whole nights of a municipality, from the accounts of the runs: one line a day, oldest first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.register import STEPS
from hervat.register.models import Run
from hervat.status.model import NightLine

_DAYS, _RUNS = 30, 400
_STATES = ("released", "parked", "corrected")


def nights(session: Session, code: str, day: date) -> list[NightLine]:
    """Return the last thirty days with a finished whole night, no shadow, up to a day."""
    return _by_day(_line(run.as_of, run.counts) for run in reversed(_runs(session, code, day)) if run.counts)[-_DAYS:]


def with_this_night(session: Session, code: str, lines: list[NightLine], day: date, told: Any) -> list[NightLine]:
    """Return the lines including the running night, if it is a whole one and no shadow.

    Only for the holder of the municipality's lock: the last run is then its own. told: its account so far.
    """
    last = session.scalars(select(Run).where(Run.municipality == code).order_by(Run.id.desc()).limit(1)).first()
    if last is None or last.ended_at is not None or last.shadow or not STEPS.issubset(last.steps):
        return lines
    return _by_day([*lines, _line(day, told)])[-_DAYS:]


def _runs(session: Session, code: str, day: date) -> list[Run]:
    ended = Run.shadow.is_(False), Run.ended_at.is_not(None)
    query = select(Run).where(Run.municipality == code, Run.as_of <= day, *ended)
    runs = session.scalars(query.order_by(Run.id.desc()).limit(_RUNS))
    return [run for run in runs if STEPS.issubset(run.steps)]


def _line(day: date, told: Mapping[str, Any]) -> NightLine:
    persons, cleaning = told.get("persons", {}), told.get("cleaning", [])
    sums = {name: sum(int(line.get(name, 0)) for line in cleaning) for name in ("cleaned", "waiting")}
    return NightLine(day, **{state: int(persons.get(state, 0)) for state in _STATES}, **sums)


def _by_day(lines: Iterable[NightLine]) -> list[NightLine]:
    """Return one line a day: the state after its last run, and all that its runs cleaned."""
    by_day: dict[date, NightLine] = {}
    for line in lines:
        before = by_day.get(line.day, NightLine(line.day))
        by_day[line.day] = replace(line, cleaned=line.cleaned + before.cleaned)
    return [by_day[day] for day in sorted(by_day)]
