"""All kinds with a term, in the order in which they are destroyed: what leads to a thing goes before the thing.

Here: closed incidents, three years at least (AVG 33(5)); the beginning of the journal, whole lines from the first on,
so that the rest stays a chain; worklists: the register has what they say. The others are in files of their own.
"""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.night import Night
from hervat.register import OPEN, among, scope
from hervat.register.models import AnswerFile, Download, ForeignRow, Incident, IncidentStep, JournalLine, Signature
from hervat.today import dutch_day
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.output import DELIVERY
from hervat.upkeep.retention.parties import DISCLOSURE, NOTICE, RECEIPT
from hervat.upkeep.retention.persons import PERSON, PERSONALIA
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted, emptied

_LARGEST = 100 << 20  # bytes: a larger one was never read


def _worklist_due(look: Look, term: str) -> Things:
    """Return the files that were read whole and are still there, counted from the day on which they were read.

    A file that was refused, or a row of which was, waits for a person.
    """
    query = select(AnswerFile.id, AnswerFile.read_on, AnswerFile.refused).where(
        scope(AnswerFile, look.night.code), AnswerFile.present, AnswerFile.reason.is_(None)
    )
    rows = [(number, day) for number, day, refused in look.session.execute(query).tuples() if not refused]
    ends = {number: look.over(read_on, term) for number, read_on in rows}
    return {number: Over(*each) for number, each in ends.items() if each}


def _worklist_end(session: Session, _night: Night, numbers: Sequence[int]) -> Rows:
    return {"answer_file": emptied(session, AnswerFile, among(AnswerFile.id, numbers), {"present": False})}


def _worklist_files(session: Session, night: Night, numbers: Sequence[int]) -> None:
    """Remove the files by their hash: a person may have renamed one, or put another in its place."""
    folder = night.municipality.worklist.answers
    query = select(AnswerFile.sha256).where(scope(AnswerFile, night.code), among(AnswerFile.id, numbers))
    hashes = set(session.scalars(query))
    for path in sorted(folder.iterdir()) if folder and folder.is_dir() else []:
        if not path.is_symlink() and path.is_file() and _sha256(path) in hashes:
            with suppress(FileNotFoundError):
                path.unlink()


def _sha256(path: Path) -> str:
    if path.stat().st_size > _LARGEST:
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


WORKLIST = TermKind("worklist", _worklist_due, _worklist_end, _worklist_files)


def _journal_due(look: Look, term: str) -> Things:
    """Return the lines before the first whose term is not over; none while a round is open that had begun by then.

    The last line stays, whatever its age: a chain needs an end.
    """
    query = select(JournalLine.seq, JournalLine.at).where(scope(JournalLine, look.night.code))
    over: dict[int, Over] = {}
    last = journal.length(look.session, look.night.code)
    for seq, at in look.session.execute(query.order_by(JournalLine.seq)).tuples():
        day = dutch_day(datetime.fromisoformat(at))
        ends = look.ends(day, day, day, term)
        if ends is None or seq == last:
            break
        over[seq] = Over(*ends)
    return over


def _journal_end(session: Session, night: Night, lines: Sequence[int]) -> Rows:
    """Delete the lines, after a new line that holds the hash of the last of them; the signatures of their time too."""
    own = scope(JournalLine, night.code)
    at = session.execute(select(JournalLine.at).where(own, JournalLine.seq == max(lines))).scalar_one()
    until = datetime.fromisoformat(at).astimezone(UTC).replace(tzinfo=None) + timedelta(seconds=1)
    signatures = deleted(session, Signature, scope(Signature, night.code) & (Signature.at < until))
    ended = journal.shorten(session, night.code, max(lines), night.actor, night.origin)
    return {"signature": signatures, "journal": ended}


JOURNAL = TermKind("journal", _journal_due, _journal_end)


def _incident_due(look: Look, term: str) -> Things:
    """Return the closed incidents whose term is over, counted from the last step or the last file with its rows."""
    code = look.night.code
    query = select(Incident.id, Incident.opened_on).where(scope(Incident, code), Incident.status != OPEN)
    steps = select(IncidentStep.incident_id, func.max(IncidentStep.recorded_at)).where(scope(IncidentStep, code))
    recorded = dict(look.session.execute(steps.group_by(IncidentStep.incident_id)).tuples().all())
    repeats = select(ForeignRow.incident_id, func.max(Download.secured_on)).join(
        Download, Download.id == ForeignRow.download_id
    )
    repeats = repeats.where(scope(Download, code)).group_by(ForeignRow.incident_id)
    repeated: dict[int | None, date] = dict(look.session.execute(repeats).tuples().all())
    over = {}
    for number, opened_on in look.session.execute(query).tuples():
        days = [opened_on, repeated.get(number, opened_on)]
        days += [dutch_day(recorded[number].replace(tzinfo=UTC))] if number in recorded else []
        if ends := look.over(max(days), term):
            over[number] = Over(*ends)
    return over


def _incident_end(session: Session, night: Night, numbers: Sequence[int]) -> Rows:
    own = scope(Incident, night.code) & among(Incident.id, numbers)
    return {
        "foreign_row": emptied(session, ForeignRow, among(ForeignRow.incident_id, numbers), {"incident_id": None}),
        "incident_step": deleted(session, IncidentStep, among(IncidentStep.incident_id, numbers)),
        "incident": deleted(session, Incident, own),
    }


INCIDENT = TermKind("incident", _incident_due, _incident_end)


KINDS: tuple[TermKind, ...] = (PERSONALIA, WORKLIST, RECEIPT, DISCLOSURE, PERSON, NOTICE, DELIVERY, INCIDENT, JOURNAL)
"""Downloads, and the bytes of notices, are objects of the vault: `hervat.upkeep.destroy`."""
