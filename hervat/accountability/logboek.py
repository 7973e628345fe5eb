"""The journal exported in the form of Logius' Logboek Dataverwerkingen, as JSON lines: a line a person."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from hervat.accountability.logboek_line import LogboekForm, LogboekLine, run_of
from hervat.accountability.logboek_subjects import LogboekSubjects
from hervat.errors import HervatError, UsageError
from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import JournalLine, Run
from hervat.today import DUTCH

EXPORTED = "journal exported"
_AT_ONCE = 1000


class LogboekIncomplete(HervatError):
    """The file does not hold what the journal holds."""


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


def export_logboek(nights: Sequence[Night], out: Path, period: JournalPeriod) -> list[LogboekCounts]:
    """Write the journals of some municipalities to a new file, and a line in each journal that this was done.

    Raises UsageError if the file can't be made, and LogboekIncomplete if counts do not agree; then there is no file.
    """
    file = _new(out)
    try:
        with file:
            counts = [_exported(night, file, period) for night in nights]
        _verify(out, counts)
        for night, count in zip(nights, counts, strict=True):
            with night.register.session() as session:
                detail = f"{count.lines} lines, {count.persons} of persons, form logboek 1.0.0"
                night.record(session, EXPORTED, f"journal of {night.code}", detail)
    except BaseException:
        with suppress(OSError):
            out.unlink()
        raise
    return counts


def _new(out: Path) -> TextIO:
    """Open a new file that only this account may read."""
    try:
        return os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{out} could not be written: {error.strerror}; give a new file in a folder that exists"
        ) from None


def _exported(night: Night, file: TextIO, period: JournalPeriod) -> LogboekCounts:
    form, query = LogboekForm(night.code), period.lines(night.code)
    lines = persons = left_out = 0
    with night.register.session() as session:
        subjects = LogboekSubjects(session, night.keyring)
        last = session.scalar(select(func.max(JournalLine.seq)).where(scope(JournalLine, night.code))) or 0
        for batch in _batches(session, query, last):
            own = [line for line in batch if line.action != EXPORTED]
            left_out, lines = left_out + len(batch) - len(own), lines + len(own)
            for written, is_person in _written(session, form, subjects, own):
                file.write(json.dumps(written, ensure_ascii=False) + "\n")
                persons += is_person
        total = session.scalar(select(func.count()).select_from(query.where(JournalLine.seq <= last).subquery())) or 0
    return LogboekCounts(night.code, total, left_out, lines, persons)


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


def _verify(out: Path, counts: Sequence[LogboekCounts]) -> None:
    """Count the file again, and hold it against the journals."""
    with out.open(encoding="utf-8") as file:
        held = sum(1 for _ in file)
    missing = [one.code for one in counts if one.lines + one.left_out != one.journal]
    if missing or held != sum(one.lines + one.persons for one in counts):
        where = f" of {', '.join(missing)}" if missing else ""
        raise LogboekIncomplete(f"the file did not hold what the journal{where} holds, and was removed; try again")
