"""Forget again who was forgotten before: an older register that was restored holds them as if nothing had happened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.keyring import Keyring
from hervat.night import Night
from hervat.person import Leaving, end
from hervat.register import scope
from hervat.register.models import DisclosedTo, Forgotten, Identifier
from hervat.upkeep.forget_person import known_lines
from hervat.vault import ForgottenLine, Vault


@dataclass(frozen=True)
class _Back:
    """Who is in the register and was forgotten: numbers, and pseudonyms. lines: what the register did not know."""

    lines: list[ForgottenLine]
    numbers: frozenset[int] = frozenset()
    keys: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def count(self) -> int:
        """How many persons; those in no row of `person` count by BSN, where there is nobody else."""
        return len(self.numbers) or len(self.keys)


def unforgotten(session: Session, vault: Path, keyring: Keyring) -> str | None:
    """Return in words that the register holds persons of whom the vault says that they were forgotten; else None.

    Who came back in a download that was made since is new: the register knows that they were forgotten before.
    """
    count = _back(session, vault, keyring).count
    if not count:
        return None
    return (
        f"{count} person(s) in the register of {keyring.code} were forgotten already; finish it with `hervat person"
        " forget`, or after a backup was restored with `hervat vault reconcile --by NAME`"
    )


def forget_again(session: Session, night: Night) -> int:
    """End who was forgotten before, in the transaction of the caller; return how many persons that were."""
    back = _back(session, night.settings.vault, night.keyring)
    ids = [line.id for line in back.lines]
    if back.count:
        end(Leaving(session, night, back.numbers, back.keys), ids)
    else:
        nobody = {"municipality": night.code, "persons": 0, "last_number": None, "ended_on": night.as_of}
        session.add_all(Forgotten(tombstone=id_, **nobody) for id_ in ids)
        session.flush()
    return back.count


def _back(session: Session, vault: Path, keyring: Keyring) -> _Back:
    """Return who has a mark in a line that the register does not know: it is older than the line."""
    marks_in = Vault(vault, keyring).forgotten
    known, mark = known_lines(session, keyring.code), marks_in.marker()
    lines = [line for line in marks_in.lines() if line.id not in known]
    if not lines or mark is None:
        return _Back([])
    marks = frozenset[str]().union(*(line.marks for line in lines))
    query = select(Identifier.pseudonym, Identifier.person_id, Identifier.kind, Identifier.sealed)
    rows = session.execute(query.where(scope(Identifier, keyring.code))).all()
    numbers = {
        row.person_id for row in rows if mark(row.kind, keyring.open(row.sealed, "identifier").decode()) in marks
    }
    keys = {row.pseudonym for row in rows if row.person_id in numbers}
    keys |= _disclosed(session, keyring, mark, marks, {row.pseudonym for row in rows})
    return _Back(lines, frozenset(numbers), frozenset(keys))


def _disclosed(
    session: Session, keyring: Keyring, mark: Callable[[str, str], str], marks: frozenset[str], known: set[str]
) -> set[str]:
    """Return the pseudonyms of forgotten persons who are in a disclosure alone."""
    query = select(DisclosedTo.key, DisclosedTo.bsn).where(scope(DisclosedTo, keyring.code))
    return {
        key
        for key, bsn in session.execute(query)
        if key not in known and mark("bsn", keyring.open(bsn, "disclosure").decode()) in marks
    }
