"""Anchors of the journal: the number and hash of its last line, kept outside it, so that a cut end is noticed.

The chain shows a changed or missing line, not the loss of the last ones. Each night the head goes into the report, the
alert and `<output>/journal/CODE.jsonl`, a file that a SIEM can collect (BIO2 8.15); the vault has it after each commit.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.errors import HervatError, UsageError
from hervat.register import among, scope
from hervat.register.models import JournalLine

_GIVEN = re.compile(r"(\d{1,12}):([0-9a-f]{8,64})")
_FOLDER = "journal"


class AnchorFailed(HervatError):
    """The file of anchors can't be written or read."""


@dataclass(frozen=True)
class Anchor:
    """A line of the journal as it was: number and hash (or its beginning), and where that is known from."""

    seq: int
    hash: str
    source: str = ""

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head(session: Session, code: str) -> Anchor | None:
    """Return the last line of a municipality's journal; None if it is empty."""
    seq = journal.length(session, code)
    line_hash = journal.hash_at(session, code, seq)
    return Anchor(seq, line_hash) if line_hash else None


def given(text: str) -> Anchor:
    """Return an anchor from outside, `SEQ:HASH` with at least 8 characters of the hash. Raises UsageError."""
    matched = _GIVEN.fullmatch(text.strip().lower())
    if matched is None:
        raise UsageError("--anchor: write it as in the report, SEQ:HASH, with at least 8 characters of the hash")
    return Anchor(int(matched[1]), matched[2], "--anchor")


def path_of(output: Path, code: str) -> Path:
    """Return the file with the anchors of a municipality."""
    return output / _FOLDER / f"{code}.jsonl"


def write_anchor(output: Path, code: str, anchor: Anchor, *, restart: bool = False) -> None:
    """Append one JSON line to the file of anchors: municipality, seq, hash, at. Raises AnchorFailed.

    restart: a restored older register goes on from here, so that the anchors before it count no more.
    """
    path, line = path_of(output, code), {"municipality": code, "seq": anchor.seq, "hash": anchor.hash}
    line |= {"at": datetime.now(UTC).isoformat(timespec="seconds"), **({"restart": True} if restart else {})}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(json.dumps(line).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AnchorFailed(f"{path} can't be written ({type(error).__name__}); correct its path or rights") from None


def wrong_anchors(session: Session, code: str, output: Path, more: Iterable[Anchor] = ()) -> list[str]:
    """Return what the file of anchors, and more of them, tell of a journal that was cut off or changed.

    Of each source the first anchor that does not hold is named. Raises AnchorFailed.
    """
    anchors, problems = _read(path_of(output, code))
    begins = journal.first(session, code)  # what was before is destroyed; `journal.verify` knows whether rightly
    anchors = [anchor for anchor in [*anchors, *more] if anchor.seq >= begins]
    query = select(JournalLine.seq, JournalLine.hash).where(scope(JournalLine, code))
    lines = dict(session.execute(query.where(among(JournalLine.seq, {one.seq for one in anchors}))).tuples().all())
    wrong: dict[str, Anchor] = {}
    for anchor in anchors:
        if not lines.get(anchor.seq, "").startswith(anchor.hash):
            wrong.setdefault(anchor.source, anchor)
    length = journal.length(session, code)
    return [*problems, *(_told(code, anchor, length) for anchor in wrong.values())]


def _told(code: str, anchor: Anchor, length: int) -> str:
    how = "was changed or replaced" if anchor.seq <= length else f"was cut off: it ends at line {length}"
    return f"journal of {code}: line {anchor.seq} {how} ({anchor.source} has its hash)"


def _read(path: Path) -> tuple[list[Anchor], list[str]]:
    """Return the anchors of a file since the last restart, and what is wrong with its lines."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    except OSError as error:
        raise AnchorFailed(f"{path} can't be read ({type(error).__name__}); correct its rights") from None
    anchors: list[Anchor] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        anchor, restart = _parsed(line, path.name)
        anchors = [] if restart else anchors
        if anchor is None:
            problems.append(f"{path.name}: line {number} is not an anchor of the journal: it was changed or cut off")
        else:
            anchors.append(anchor)
    return anchors, problems


def _parsed(line: str, source: str) -> tuple[Anchor | None, bool]:
    try:
        read = json.loads(line)
        anchor = Anchor(int(read["seq"]), str(read["hash"]), source)
    except (ValueError, KeyError, TypeError):
        return None, False
    return (anchor, bool(read.get("restart"))) if len(anchor.hash) == 64 else (None, False)
