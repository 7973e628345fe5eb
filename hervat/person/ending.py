"""End persons in the register: every trace of them in every table, as a set, in the transaction of the caller."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.person.endings import ENDINGS, Leaving
from hervat.register import among, scope
from hervat.register.models import Forgotten, Identifier


def end_persons(
    session: Session, night: Night, numbers: Collection[int], tombstones: Collection[str] = ()
) -> dict[str, int]:
    """End persons by their numbers, in every table; return table -> rows deleted, emptied or sealed again.

    Whether they may be ended is the caller's to know (`open_for`), and the caller's are the journal, the objects of the
    vault that name them, and the tombstones in the vault: the ids of those lines. A few statements a table, for any
    number of persons. Their numbers are given to nobody again.
    """
    keys = select(Identifier.pseudonym).where(scope(Identifier, night.code), among(Identifier.person_id, set(numbers)))
    return end(Leaving(session, night, frozenset(numbers), frozenset(session.scalars(keys))), tombstones)


def end(leaving: Leaving, tombstones: Collection[str] = ()) -> dict[str, int]:
    """End persons as `end_persons` does; some may be in no row of `person`, and are known by their pseudonyms."""
    _ = leaving.signals, leaving.notices  # found by rows that are deleted below
    ended = {ending.place: ending.end(leaving) for ending in ENDINGS if ending.end}
    day, last = leaving.night.as_of, max(leaving.numbers, default=None)
    counts = {"persons": len(leaving.numbers) or 1, "last_number": last, "ended_on": day}
    leaving.session.add_all(
        Forgotten(municipality=leaving.night.code, tombstone=line, **counts) for line in tombstones or [""]
    )
    leaving.session.flush()
    leaving.session.expire_all()
    return {table: rows for table, rows in ended.items() if rows}
