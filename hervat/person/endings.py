"""How a person is ended in each place of `places`: deleted, blanked, rewritten without them, or why nothing remains.

In order: a row before the row that it leads to. Each ending is one statement or one pass, for all persons at once.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from hervat.delivery import disregard, leave_out
from hervat.intake import unsee
from hervat.night import Night
from hervat.person.places import ORIGINALS, VAULT
from hervat.register import among, scope
from hervat.register.models import (
    Answer,
    CleaningPlan,
    Decision,
    DisclosedTo,
    Enclosure,
    Forgetting,
    Forgotten,
    Hold,
    Identifier,
    KeptValue,
    Notice,
    Ownership,
    Person,
    Personalia,
    PersonState,
    PlanPerson,
    Reappearance,
    Receipt,
    Refilled,
    Separate,
    SignalRow,
    Stranger,
    Told,
    WrongNotification,
)


@dataclass(frozen=True)
class Leaving:
    """The persons who are ended: numbers in the register, and pseudonyms of all their BSNs and V-nummers.

    Read `signals` and `notices` before the first ending: they are found by what is then deleted. It has no repr.
    """

    session: Session
    night: Night
    numbers: frozenset[int]
    keys: frozenset[str] = field(repr=False)

    @cached_property
    def signals(self) -> frozenset[int]:
        """The ids of their signals."""
        query = select(SignalRow.id).where(among(SignalRow.person_id, self.numbers))
        return frozenset(self.session.scalars(query.where(scope(SignalRow, self.night.code))))

    @cached_property
    def notices(self) -> frozenset[int]:
        """The ids of the notices that name them."""
        query = select(Told.notice_id).join(Notice, Notice.id == Told.notice_id).where(scope(Notice, self.night.code))
        return frozenset(self.session.scalars(query.where(among(Told.key, self.keys)).distinct()))

    @property
    def marks(self) -> frozenset[str]:
        """Their pseudonyms, and their numbers as other rooms name who has no BSN."""
        return self.keys | {f"person {number}" for number in self.numbers}

    def change(self, statement: Delete | Update) -> int:
        """Execute a statement; return the number of rows."""
        done = self.session.execute(statement, execution_options={"synchronize_session": False})
        return int(done.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PlaceEnding:
    """place: its name. how: what is done, or why nothing of the person remains there. end: None if nothing is done."""

    place: str
    how: str
    end: Callable[[Leaving], int] | None = None


_DELETED = "deleted"
_BLANKED = "what it says is emptied, the row stays: it is about others too"
_REWRITTEN = "sealed again without them"


def _own(model: Any) -> Callable[[Leaving], int]:
    """Delete the rows that have their number."""
    return lambda leaving: leaving.change(delete(model).where(among(model.person_id, leaving.numbers)))


def _keyed(model: Any) -> Callable[[Leaving], int]:
    """Delete the rows of the municipality that have one of their pseudonyms."""

    def end(leaving: Leaving) -> int:
        return leaving.change(delete(model).where(scope(model, leaving.night.code), among(model.key, leaving.marks)))

    return end


def _plan_persons(leaving: Leaving) -> int:
    own = select(CleaningPlan.id).where(scope(CleaningPlan, leaving.night.code))
    return leaving.change(delete(PlanPerson).where(PlanPerson.plan_id.in_(own), among(PlanPerson.key, leaving.marks)))


def _separate(leaving: Leaving) -> int:
    either = or_(among(Separate.key, leaving.keys), among(Separate.other_key, leaving.keys))
    return leaving.change(delete(Separate).where(scope(Separate, leaving.night.code), either))


def _told(leaving: Leaving) -> int:
    of_theirs = (among(Told.notice_id, leaving.notices), among(Told.key, leaving.keys))
    return leaving.change(delete(Told).where(*of_theirs))


def _notices(leaving: Leaving) -> int:
    empty = leaving.night.keyring.seal(b"", "notice")
    return leaving.change(update(Notice).where(among(Notice.id, leaving.notices)).values(payload=empty))


def _receipts(leaving: Leaving) -> int:
    said = (among(Receipt.notice_id, leaving.notices), Receipt.reason.is_not(None))
    return leaving.change(update(Receipt).where(*said).values(reason=None))


def _agreements(leaving: Leaving) -> int:
    own: ColumnElement[bool] = among(Forgetting.number, leaving.numbers)
    return leaving.change(delete(Forgetting).where(scope(Forgetting, leaving.night.code), own))


def _identifiers(leaving: Leaving) -> int:
    theirs = or_(among(Identifier.person_id, leaving.numbers), among(Identifier.pseudonym, leaving.keys))
    return leaving.change(delete(Identifier).where(scope(Identifier, leaving.night.code), theirs))


def _persons(leaving: Leaving) -> int:
    return leaving.change(delete(Person).where(scope(Person, leaving.night.code), among(Person.id, leaving.numbers)))


ENDINGS: tuple[PlaceEnding, ...] = (
    PlaceEnding(
        "sighting_block",
        "packed again without their signals",
        lambda leaving: unsee(leaving.session, leaving.night.code, leaving.signals),
    ),
    PlaceEnding("signal", _DELETED, _own(SignalRow)),
    PlaceEnding("personalia", _DELETED, _own(Personalia)),
    PlaceEnding("person_state", _DELETED, _own(PersonState)),
    PlaceEnding("stranger", _DELETED, _own(Stranger)),
    PlaceEnding("decision", _DELETED, _own(Decision)),
    PlaceEnding("ownership", _DELETED, _own(Ownership)),
    PlaceEnding("wrong_notification", _DELETED, _own(WrongNotification)),
    PlaceEnding("answer", _DELETED, _own(Answer)),
    PlaceEnding("hold", _DELETED, _own(Hold)),
    PlaceEnding("separate", _DELETED, _separate),
    PlaceEnding("plan_person", _DELETED, _plan_persons),
    PlaceEnding("kept_value", _DELETED, _keyed(KeptValue)),
    PlaceEnding("reappearance", _DELETED, _keyed(Reappearance)),
    PlaceEnding("refilled", _DELETED, _keyed(Refilled)),
    PlaceEnding("disclosure", _DELETED, _keyed(DisclosedTo)),
    PlaceEnding("notice", _BLANKED, _notices),
    PlaceEnding(
        "enclosure",
        _DELETED,
        lambda leaving: leaving.change(delete(Enclosure).where(among(Enclosure.notice_id, leaving.notices))),
    ),
    PlaceEnding("receipt", _BLANKED, _receipts),
    PlaceEnding("told", _DELETED, _told),
    PlaceEnding(
        "delivery_block",
        _REWRITTEN,
        lambda leaving: leave_out(leaving.session, leaving.night.keyring, leaving.keys),
    ),
    PlaceEnding("acceptance", _REWRITTEN, lambda leaving: disregard(leaving.session, leaving.night, leaving.marks)),
    PlaceEnding("forgetting", _DELETED, _agreements),
    PlaceEnding("identifier", _DELETED, _identifiers),
    PlaceEnding("person", _DELETED, _persons),
    PlaceEnding("download", "counts and the name of a file of many; its original is destroyed in the vault"),
    PlaceEnding("offer", "the name and size of a file at a source"),
    PlaceEnding("foreign_row", "a place in an original, and the keyed hash of a row: it names nobody without that"),
    PlaceEnding("quarantined_row", "a place in an original and a reason: without the original it names nobody"),
    PlaceEnding(ORIGINALS, "the originals with them are destroyed in the vault"),
    PlaceEnding(VAULT, "the line of a destroyed object: an id, and who destroyed it"),
    PlaceEnding("destruction", "the id of a destroyed object, and who decided it"),
    PlaceEnding("incident", "a count, kept for the AP (AVG 33(5))"),
    PlaceEnding("incident_step", "what was done about an incident, without persons"),
    PlaceEnding("answer_file", "the name and hash of a worklist of many; the answers in it are deleted"),
    PlaceEnding("cleaning_plan", "counts, names of tables and statements"),
    PlaceEnding("approval", "who approved a plan"),
    PlaceEnding("delivery", "counts and digests"),
    PlaceEnding("signature", "a signed decision about `person N`: a number that leads to nobody now"),
    PlaceEnding("journal", "it can't be changed (BIO2 8.15): it says `person N`, a number that leads to nobody now"),
)
"""Every place has one: a test compares them with `PLACES`."""


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
