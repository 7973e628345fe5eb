"""The lines of the journal, and their export in the form of Logius' Logboek Dataverwerkingen: a line a person."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from hervat.accountability.logboek_line import LogboekForm, LogboekLine, LogboekTarget, run_of
from hervat.accountability.logboek_subjects import LogboekSubjects
from hervat.errors import HervatError
from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import CleaningPlan, Identifier, JournalLine, Notice, PlanPerson, Run, Told
from hervat.today import DUTCH

EXPORTED = "journal exported"
_AT_ONCE = 1000
_TO_A_TARGET = 500
"""Lines that a target gets at a time: to a collector some 200 KB."""


class LogboekIncomplete(HervatError):
    """A file or collector does not hold what the journal holds."""


@dataclass(frozen=True)
class JournalPeriod:
    """Days in Dutch time, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def lines(self, municipality: str) -> Select[Any]:
        """Return the query for the lines of these days; moments in the journal are in UTC."""
        query = select(JournalLine).where(scope(JournalLine, municipality)).order_by(JournalLine.seq)
        if self.since:
            query = query.where(JournalLine.at >= _begin(self.since))
        return query.where(JournalLine.at < _begin(self.until + timedelta(days=1))) if self.until else query


def _begin(day: date) -> str:
    start = datetime.combine(day, time.min, DUTCH)
    return start.astimezone(tz=UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class LogboekCounts:
    """What was exported of one municipality.

    journal: lines of the journal in the period. left_out: of these, lines about an earlier export. lines: written for a
    line of the journal. persons: written for a person of such a line, besides.
    """

    code: str
    journal: int
    left_out: int
    lines: int
    persons: int


def export_logboek(
    nights: Sequence[Night], targets: Sequence[LogboekTarget], period: JournalPeriod
) -> list[LogboekCounts]:
    """Hand the journals of some municipalities to each target, and write a line in each journal that this was done.

    Closes the targets. Raises LogboekIncomplete if counts do not agree, and what a target raises: then there is no
    file, and the journal of each municipality of which a collector took lines says how many.
    """
    with ExitStack() as closing:
        for target in targets:
            closing.callback(target.close)
        try:
            counts = [_exported(night, targets, period) for night in nights]
            _verify(targets, counts)
            for night, count in zip(nights, counts, strict=True):
                _journal(night, f"{count.lines} lines, {count.persons} of persons", targets)
        except BaseException:
            _undo(nights, targets)
            raise
    return counts


def _undo(nights: Sequence[Night], targets: Sequence[LogboekTarget]) -> None:
    """Remove what can be removed, and journal what left this machine."""
    for target in targets:
        target.undo()
    for night in nights:
        for target in targets:
            if gone := target.gone[night.code]:
                _journal(night, f"failed: {gone} lines were sent before it", [target])


def _journal(night: Night, counted: str, targets: Sequence[LogboekTarget]) -> None:
    where = "".join(target.where for target in targets)
    with night.register.session() as session:
        night.record(session, EXPORTED, f"journal of {night.code}", f"{counted}, form logboek 1.0.0{where}")


def _exported(night: Night, targets: Sequence[LogboekTarget], period: JournalPeriod) -> LogboekCounts:
    form, query = LogboekForm(night.code), period.lines(night.code)
    lines = persons = left_out = 0
    with night.register.session() as session:
        subjects = LogboekSubjects(session, night.keyring)
        last = session.scalar(select(func.max(JournalLine.seq)).where(scope(JournalLine, night.code))) or 0
        for batch in _batches(session, query, last):
            own = [line for line in batch if line.action != EXPORTED]
            left_out, lines = left_out + len(batch) - len(own), lines + len(own)
            persons += _handed(night.code, _written(session, form, subjects, own), targets)
        total = session.scalar(select(func.count()).select_from(query.where(JournalLine.seq <= last).subquery())) or 0
    return LogboekCounts(night.code, total, left_out, lines, persons)


def _handed(code: str, written: Iterator[tuple[LogboekLine, bool]], targets: Sequence[LogboekTarget]) -> int:
    """Hand lines to each target, some at a time; return how many are of persons."""
    persons = 0
    while some := list(islice(written, _TO_A_TARGET)):
        persons += sum(is_person for _, is_person in some)
        for target in targets:
            target.write(code, [line for line, _ in some])
    return persons


def _batches(session: Session, query: Select[Any], last: int) -> Iterator[Sequence[JournalLine]]:
    """Yield the lines up to a number, some at a time: what is written meanwhile is for the next export."""
    after = 0
    while batch := session.scalars(query.where(JournalLine.seq > after, JournalLine.seq <= last).limit(_AT_ONCE)).all():
        after = batch[-1].seq
        yield batch
        session.expunge_all()


def _written(
    session: Session, form: LogboekForm, subjects: LogboekSubjects, lines: Sequence[JournalLine]
) -> Iterator[tuple[LogboekLine, bool]]:
    """Yield each line, and the lines of persons after it, as (line, whether it is one of those)."""
    runs = {run for line in lines if (run := run_of(line)) is not None}
    began = dict(session.execute(select(Run.id, Run.started_at).where(among(Run.id, runs))).tuples().all())
    alone = subjects.alone(lines)
    for line in lines:
        whole = form.line(line, began, alone.get(line.seq))
        yield whole, False
        for subject in subjects.several(line) if line.seq not in alone else ():
            yield form.of_person(whole, subject), True


def _verify(targets: Sequence[LogboekTarget], counts: Sequence[LogboekCounts]) -> None:
    """Count what each target holds, and hold it against the journals."""
    missing = [one.code for one in counts if one.lines + one.left_out != one.journal]
    written = sum(one.lines + one.persons for one in counts)
    if missing or any(target.held() != written for target in targets):
        where = f" of {', '.join(missing)}" if missing else ""
        raise LogboekIncomplete(f"the export did not hold what the journal{where} holds; a file was removed; try again")


def listed(
    session: Session, municipality: str, period: JournalPeriod, action: str | None = None, person: int | None = None
) -> Iterator[JournalLine]:
    """Yield the lines, oldest first, some at a time.

    person: a number on the worklist; the lines that name it, and those of the notices and plans that they are in.
    """
    query = period.lines(municipality)
    if action:
        query = query.where(JournalLine.action == action)
    if person is not None:
        query = query.where(_about(municipality, person))
    yield from session.scalars(query.execution_options(yield_per=1000))


def _about(municipality: str, person: int) -> ColumnElement[bool]:
    """SQL condition: the line names the person, or a notice or plan with one of their pseudonyms or their number."""
    named = f"person {person}"
    keys = select(Identifier.pseudonym).where(
        Identifier.municipality == municipality, Identifier.person_id == person, Identifier.kind == "bsn"
    )
    told = select(Told.notice_id).where(or_(Told.key.in_(keys), Told.key == named))
    notices = select(Notice.number).where(scope(Notice, municipality), Notice.id.in_(told))
    in_plan = select(PlanPerson.plan_id).where(or_(PlanPerson.key.in_(keys), PlanPerson.key == named))
    plans = select("plan " + func.substr(CleaningPlan.hash, 1, 12)).where(
        scope(CleaningPlan, municipality), CleaningPlan.id.in_(in_plan)
    )
    of_plan = func.substr(JournalLine.object, 1, 17).in_(plans)
    return or_(JournalLine.object == named, JournalLine.object.in_(notices), of_plan)
