"""Agreements of persons about the things of a kind: what the first agreed to, the second decides."""

import hashlib
import json
import zlib
from collections.abc import Iterable

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hervat.attribution import Signed
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Retired
from hervat.signing import is_confirmed
from hervat.upkeep.retention.persons import PERSON
from hervat.upkeep.retention.things import TermKind, Things

ACTION = "retention destroy"
"""What is signed: the words of the command."""


def waiting(session: Session, code: str, kind: str) -> list[Retired]:
    """Return the agreements about a kind that wait for a second person."""
    return list(session.scalars(_waiting(code).where(Retired.kind == kind)))


def prune(session: Session, night: Night, kind: str, due: Things) -> None:
    """Forget what was agreed to and is not due any more: a round was reopened, a term made longer, something waits.

    So is an agreement by a typed name, if it takes a signature now.
    """
    for row in waiting(session, night.code, kind):
        counts = is_confirmed(session, night, ACTION, f"municipality {night.code}", row.first_by)
        left = [number for number in members(row) if number in due and counts]
        if not left:
            session.delete(row)
        elif len(left) < row.count:
            _fill(row, left, due)
    session.flush()


def agree(session: Session, night: Night, kind: TermKind, due: Things, who: Signed) -> tuple[int, list[Retired]]:
    """Record the agreement of a person about all that is due of a kind.

    Return how many things are agreed to for the first time, and what is decided, as another agreed before.

    What nobody agreed to yet waits for a second person. A second agreement of the same person changes nothing.
    """
    rows = waiting(session, night.code, kind.name)
    known = {number for row in rows for number in members(row)}
    fresh = [number for number in due if number not in known]
    if fresh:
        session.add(_row(night, kind, fresh, due, who))
    return len(fresh), [row for row in rows if same(row.first_by) != same(who.by)]


def members(row: Retired) -> list[int]:
    """Return the numbers of the things of an agreement, in order; none once it is done."""
    numbers: list[int] = json.loads(zlib.decompress(row.members)) if row.members else []
    return numbers


def undone(session: Session, code: str) -> list[Retired]:
    """Return what is decided and not done: its rows are gone, its files or its page may not be."""
    query = select(Retired).where(scope(Retired, code), Retired.batch.is_not(None), Retired.done_on.is_(None))
    return list(session.scalars(query.order_by(Retired.id)))


def _waiting(code: str) -> Select[Retired]:
    return select(Retired).where(scope(Retired, code), Retired.batch.is_(None)).order_by(Retired.id)


def _row(night: Night, kind: TermKind, numbers: Iterable[int], due: Things, who: Signed) -> Retired:
    retention = night.settings.retention
    kept = retention.whole_person if kind.name == PERSON.name else retention.of(kind.name)
    if kept is None:
        raise LookupError(f"{kind.name} has no term, so nothing of it can be due")
    row = Retired(
        municipality=night.code, kind=kind.name, term=kept.term, because=kept.because,
        first_by=who.by, first_why=who.reason, agreed_on=night.as_of,
    )  # fmt: skip
    _fill(row, numbers, due)
    return row


def _fill(row: Retired, numbers: Iterable[int], due: Things) -> None:
    ordered = sorted(numbers)
    row.count, row.set_hash = len(ordered), hash_of(row.kind, ordered)
    row.members = zlib.compress(json.dumps(ordered).encode())
    row.oldest = min(due[number].since for number in ordered)
    row.ends_on = min(due[number].ends_on for number in ordered)


def hash_of(kind: str, numbers: Iterable[int]) -> str:
    """Return the SHA-256 of the numbers of things of a kind."""
    return hashlib.sha256(json.dumps([kind, sorted(numbers)]).encode()).hexdigest()
