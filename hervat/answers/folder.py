"""Reading the filled-in worklists in the gemeente's folder, each night. Nothing in the folder is changed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hervat.answers.record import AnswerOutcome, record_answers
from hervat.answers.workbook import FileRefused, filled_in
from hervat.bsn import stands_in
from hervat.errors import redacted
from hervat.night import Counts, Night
from hervat.plural import plural
from hervat.register import scope
from hervat.register.models import AnswerFile

_ZONE = ZoneInfo("Europe/Amsterdam")
_LARGEST = 100 << 20  # bytes
_PASSED_BY = (".", "~$")  # hidden files, and what Excel lays beside a workbook that is open


@dataclass(frozen=True)
class _File:
    path: Path
    made_at: datetime
    sha256: str

    def content(self) -> bytes:
        """Return the bytes. Raises FileRefused if it is too large for a worklist, and OSError."""
        if self.path.stat().st_size > _LARGEST:
            raise FileRefused("too_large")
        return self.path.read_bytes()


def read_answers(night: Night) -> Counts:
    """Read the answers since the last night; return their counts, {} if no folder is configured.

    A file that was read before is known by its hash. A failure stays within its file. A shadow night only counts.
    """
    folder = night.municipality.worklist.answers
    if folder is None:
        return {}
    if not night.shadow:
        return _read(night, folder)
    with night.register.rehearsal() as register:
        return _read(replace(night, register=register), folder)


def _read(night: Night, folder: Path) -> Counts:
    counts = dict.fromkeys(("files", "files_known", "files_refused", "new", "known", "refused"), 0)
    try:
        files = sorted(_files(night, folder), key=lambda file: (file.made_at, file.path.name))
    except OSError as error:
        night.error(
            f"the folder with answers can't be read ({type(error).__name__}): {folder}; correct it or its permissions"
        )
        return {"answers": counts}
    with night.register.session() as session:
        _present(session, night.code, files)
    for number, file in enumerate(files, 1):
        try:
            with night.register.session() as session:
                _one(session, night, file, counts)
        except Exception as error:  # noqa: BLE001 - a failure stays within its file
            night.error(f"file {number} of the {len(files)} with answers was not read: {redacted(error)}")
    if files:
        night.log(
            f"answers: {plural(counts['files'], 'file')} read, {counts['files_known']} known,"
            f" {counts['files_refused']} refused; {plural(counts['new'], 'row')} new, {counts['known']} known,"
            f" {counts['refused']} refused{' (rehearsed)' if night.shadow else ''}"
        )
    return {"answers": counts}


def _files(night: Night, folder: Path) -> Iterator[_File]:
    """Yield the files in the folder; one that can't be read is an error of its own. Raises OSError."""
    for number, path in enumerate(sorted(folder.iterdir()), 1):
        if path.name.startswith(_PASSED_BY) or path.is_symlink() or not path.is_file():
            continue
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError as error:
            kind = type(error).__name__
            night.error(f"file {number} in the folder with answers can't be read ({kind}); correct its permissions")
            continue
        yield _File(path, made_at.astimezone(_ZONE).replace(tzinfo=None), digest)


def _present(session: Session, code: str, files: list[_File]) -> None:
    """Store which files that were read are still present: refusals of the others are not reported any more."""
    hashes = [file.sha256 for file in files]
    here = AnswerFile.sha256.in_(hashes)
    mine = update(AnswerFile).where(scope(AnswerFile, code))
    session.execute(mine.where(here).values(present=True))
    session.execute(mine.where(~here).values(present=False))


def _one(session: Session, night: Night, file: _File, counts: dict[str, int]) -> None:
    known = select(AnswerFile.id).where(scope(AnswerFile, night.code), AnswerFile.sha256 == file.sha256)
    if session.scalars(known).first() is not None:
        counts["files_known"] += 1
        return
    row = AnswerFile(
        municipality=night.code, name=_shown(file.path.name), sha256=file.sha256, made_at=file.made_at,
        read_on=night.as_of, refused=[],
    )  # fmt: skip
    session.add(row)
    session.flush()
    try:
        filled = filled_in(file.path.name, file.content(), night.code)
    except FileRefused as refused:
        row.reason = refused.reason
        thing = f"answer file {row.id}"
        night.record(session, "answers refused", thing, refused.reason)
        counts["files_refused"] += 1
        return
    done = record_answers(session, night, row, filled)
    row.refused = [list(refusal) for refusal in done.refused]
    _count(counts, done)


def _count(counts: dict[str, int], done: AnswerOutcome) -> None:
    counts["files"] += 1
    counts["new"] += done.new
    counts["known"] += done.known
    counts["refused"] += len(done.refused)


def _shown(name: str) -> str:
    """Return a file name that is safe to print: without a BSN or control characters, and not too long (rule 7)."""
    return name if name.isprintable() and len(name) <= 120 and not stands_in(name) else "(name not shown)"
