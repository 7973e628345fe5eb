"""The journal (processing log): append-only, each line chained to the previous one by its hash (BIO2 8.15.01, 8.15.05).

A line holds who did what to which object, the result, the origin, and with which account, host and command: never a
BSN, name or date of birth of a citizen. Text that a person typed comes in as a `Signed`, which refuses a BSN already;
the journal checks it again.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from hervat.acting import Account, Acting
from hervat.attribution import Signed
from hervat.bsn import parse
from hervat.errors import HervatError
from hervat.register import JOURNALLED, scope
from hervat.register.models import JournalLine

_FIRST = "0" * 64
_SHORTENED = "journal shortened"
_NINE = re.compile(r"(?<![\w.-])\d{9}(?![\w.-])")  # not part of a digest, a day or a longer number
_WORDS = ("seq", "municipality", "at", "actor", "action", "object", "result", "origin", "previous")
_ACTING = ("account", "host", "command", "run", "step")
_HASHED = {None: _WORDS, 2: ("version", *_WORDS, *_ACTING)}
"""Version of a line -> what its hash is over. Lines of before 0015 have none, and do not say what acted."""
_VERSION = 2


class JournalError(HervatError):
    """The journal refused a line; its action was not done."""


def record(
    session: Session,
    municipality: str,
    actor: Signed | Account,
    action: str,
    thing: str,
    result: str,
    origin: str,
    acting: Acting | None = None,
) -> None:
    """Append one line to a municipality's journal, in the transaction of the action itself.

    acting: None is the account, host and command of this process. Raises JournalError if the line holds a BSN: it can't
    be removed again.
    """
    _append(session, municipality, actor, action, thing, result, origin, acting)
    session.flush()


def record_all(
    session: Session, municipality: str, actor: Account, origin: str, lines: Iterable[tuple[Acting, str, str, str]]
) -> None:
    """Append lines (acting, action, object, result) as `record` does, written together: at the end of a run."""
    for acting, action, thing, result in lines:
        _append(session, municipality, actor, action, thing, result, origin, acting)
    session.flush()


def _append(
    session: Session,
    municipality: str,
    actor: Signed | Account,
    action: str,
    thing: str,
    result: str,
    origin: str,
    acting: Acting | None,
) -> None:
    who = actor.by if isinstance(actor, Signed) else actor
    if holds_bsn(f"{who} {thing} {result}"):
        raise JournalError(f"a BSN would be written to the journal ({action}); nothing was recorded")
    seq, previous = session.info.get(JOURNALLED, {}).get(municipality) or _last(session, municipality)
    line = JournalLine(
        seq=seq + 1,
        municipality=municipality,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        actor=who,
        action=action,
        object=thing,
        result=result,
        origin=origin,
        previous=previous,
        version=_VERSION,
        **asdict(acting or Acting()),
    )
    line.hash = _hash(line)
    session.add(line)
    session.info.setdefault(JOURNALLED, {})[municipality] = (line.seq, line.hash)


def holds_bsn(text: str) -> bool:
    """True if nine digits in our own text are a BSN; digests, days and notice numbers do not count."""
    return any(parse(nine) for nine in _NINE.findall(text))


def shorten(session: Session, municipality: str, until: int, actor: Signed | Account, origin: str) -> int:
    """Delete the lines up to this number; return how many. A new line keeps the hash of the last of them.

    So the rest stays a chain that begins where a line of it says. Raises ValueError if it would end the whole journal.
    """
    if until >= length(session, municipality):
        raise ValueError("the last line of a journal stays")
    ended = _lines(municipality).where(JournalLine.seq <= until)
    count = session.scalar(ended.with_only_columns(func.count())) or 0
    if not count:
        return 0
    line_hash = hash_at(session, municipality, until)
    record(session, municipality, actor, _SHORTENED, "journal", f"until line {until}, {line_hash}", origin)
    gone = delete(JournalLine).where(scope(JournalLine, municipality), JournalLine.seq <= until)
    session.execute(gone, execution_options={"synchronize_session": False})
    return count


def verify(session: Session, municipality: str) -> list[str]:
    """Return the errors in a journal: lines changed, missing or out of order.

    A journal may begin after its first line if a line in it says so, with the hash of the line before (`shorten`).
    """
    errors: list[str] = []
    previous, expected, version, begins = _FIRST, 1, 0, ""
    for line in session.scalars(_lines(municipality).order_by(JournalLine.seq)).yield_per(1000):
        if expected == 1 and line.seq > 1:
            begins, expected, previous = f"until line {line.seq - 1}, {line.previous}", line.seq, line.previous
        if (line.action, line.object, line.result) == (_SHORTENED, "journal", begins):
            begins = ""
        if line.seq != expected or line.previous != previous:
            errors.append(f"journal of {municipality}: a line is missing before line {line.seq}")
        if not _is_whole(line) or (line.version or 0) < version:
            errors.append(f"journal of {municipality}: line {line.seq} was changed")
        else:
            version = line.version or 0
        previous, expected = line.hash, line.seq + 1
    return errors if not begins else [f"journal of {municipality}: its beginning is missing", *errors]


def hash_at(session: Session, municipality: str, seq: int) -> str | None:
    """Return the hash of the line with that number, None if the journal is shorter."""
    return session.scalars(
        _lines(municipality).where(JournalLine.seq == seq).with_only_columns(JournalLine.hash)
    ).first()


def first(session: Session, municipality: str) -> int:
    """Return the number of the first line: 1, or later if the journal was shortened; 0 for an empty journal."""
    return session.scalar(_lines(municipality).with_only_columns(func.min(JournalLine.seq))) or 0


def length(session: Session, municipality: str) -> int:
    """Return the number of the last line, 0 for an empty journal."""
    return session.scalar(_lines(municipality).with_only_columns(func.max(JournalLine.seq))) or 0


def last_hash(session: Session, municipality: str, but: Collection[str]) -> str:
    """Return the hash of the last line with another action than these; of no line that before the first.

    A hash is over the line before it too: as long as it is the same, no other line came in.
    """
    others = _lines(municipality).with_only_columns(JournalLine.hash).where(JournalLine.action.not_in(sorted(but)))
    return session.scalars(others.order_by(JournalLine.seq.desc()).limit(1)).first() or _FIRST


def _last(session: Session, municipality: str) -> tuple[int, str]:
    """Return the number and hash of the last line; of an empty journal those before its first."""
    numbered = _lines(municipality).with_only_columns(JournalLine.seq, JournalLine.hash)
    row = session.execute(numbered.order_by(JournalLine.seq.desc()).limit(1)).first()
    return (row.seq, row.hash) if row else (0, _FIRST)


def _lines(municipality: str) -> Any:
    return select(JournalLine).where(scope(JournalLine, municipality))


def _is_whole(line: JournalLine) -> bool:
    """True if a line is as it was written: one without a version says nothing of what acted."""
    if line.version is None and any(getattr(line, name) is not None for name in _ACTING):
        return False
    return line.version in _HASHED and line.hash == _hash(line)


def _hash(line: JournalLine) -> str:
    return hashlib.sha256(json.dumps([getattr(line, name) for name in _HASHED[line.version]]).encode()).hexdigest()
