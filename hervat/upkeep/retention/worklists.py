"""Filled-in worklists in the gemeente's folder: what they say is in the register once they were read."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import AnswerFile
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, emptied

_LARGEST = 100 << 20  # bytes: a larger one was never read


def _due(look: Look, term: str) -> Things:
    """Return the files that were read whole and are still there, counted from the day on which they were read.

    A file that was refused, or a row of which was, waits for a person.
    """
    query = select(AnswerFile.id, AnswerFile.read_on, AnswerFile.refused).where(
        scope(AnswerFile, look.night.code), AnswerFile.present, AnswerFile.reason.is_(None)
    )
    rows = [(number, day) for number, day, refused in look.session.execute(query).tuples() if not refused]
    ends = {number: look.over(read_on, term) for number, read_on in rows}
    return {number: Over(*each) for number, each in ends.items() if each}


def _end(session: Session, _night: Night, numbers: Sequence[int]) -> Rows:
    return {"answer_file": emptied(session, AnswerFile, among(AnswerFile.id, numbers), {"present": False})}


def _files(session: Session, night: Night, numbers: Sequence[int]) -> None:
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


WORKLIST = TermKind("worklist", _due, _end, _files)
