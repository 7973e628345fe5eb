"""Split a person whom a wrong row made of two, by two persons: each gets what the rows of the originals say of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hervat.attribution import Signed, check_typed
from hervat.errors import UsageError
from hervat.intake import RowsApart, load_apart, rows_apart
from hervat.named import same
from hervat.night import Night
from hervat.person.subject import Subject, numbers_in, subject_of
from hervat.register import READY, Bulk, among, municipality_lock, scope
from hervat.register.models import (
    Answer,
    CleaningPlan,
    Decision,
    Hold,
    Identifier,
    KeptValue,
    Ownership,
    Person,
    PlanPerson,
    Separate,
    SignalRow,
    WrongNotification,
)
from hervat.signing import Matter, Sign, confirmed, is_confirmed

OWN, OTHER = "own", "other"
_ACTION = "person split"
_DECISIONS = (Decision, Ownership, WrongNotification, Answer)
Marked = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class SplitPerson:
    """The result of a split; other: the number of the new person, None while it waits for a second person.

    moved, quarantined: rows that are about the other person, and rows that joined the two. erased_in: systems in which
    the two were erased as one, so that the other person may be missing there.
    """

    person: int
    other: int | None
    moved: int
    quarantined: int
    erased_in: list[str]


@dataclass(frozen=True)
class _Wanted:
    """The numbers of the person who stays and of the other one, and whose the recorded decisions are."""

    own: Marked
    other: Marked
    decisions: str | None

    def __repr__(self) -> str:
        return "_Wanted(...)"

    def keys(self, night: Night, numbers: Marked) -> list[str]:
        return sorted(night.keyring.pseudonym(kind, value) for kind, value in numbers)

    def plain(self) -> bytes:
        return "\n".join(sorted(f"{kind}:{value}" for kind, value in self.other)).encode()


def split(
    night: Night,
    person: int,
    typed: Sequence[str],
    by: str,
    reason: str,
    decisions: str | None = None,
    sign: Sign | None = None,
) -> SplitPerson:
    """Split a person; it is done once a second person gives the same numbers.

    typed: every BSN and V-nummer of the other person, who gets a number of their own. decisions: "own" or "other",
    whose the recorded decisions are; needed if there are any. sign: their signature, where the municipality has
    approvers. Raises Busy while a run is at work, and UsageError if it can't be told whose each row is, while a plan
    with the person is ready, for who gave the same numbers before, and as `confirmed` does.
    """
    check_typed(by, reason)
    with night.register.session() as session:
        _, wanted = _asked(session, night, person, typed, decisions)
    who = confirmed(night, _matter(night, person, wanted), by, reason, sign)
    with municipality_lock(night.register, night.code, night.patience), night.register.session() as session:
        subject, wanted = _asked(session, night, person, typed, decisions)
        signals = session.scalars(select(SignalRow.id).where(SignalRow.person_id == person)).all()
        apart = rows_apart(session, night, signals, wanted.own, wanted.other)
        counts = _second(session, night, subject, wanted, who)
        other = _done(session, night, person, wanted, apart) if counts else None
        done = SplitPerson(person, other, *_counted(apart), _erased_in(session, night, subject))
        detail = f"{done.moved} rows are of person {other}, {done.quarantined} quarantined" if other else "waits"
        night.record(session, "person split", f"person {person}", f"{detail}: {who.reason}", by=who)
    return done


def _asked(
    session: Session, night: Night, person: int, typed: Sequence[str], decisions: str | None
) -> tuple[Subject, _Wanted]:
    """Return the person, and how they are to be split. Raises UsageError."""
    subject = subject_of(session, night, person, None)
    if subject is None:
        raise UsageError(f"the register has no person {person}; the worklist has the numbers")
    _refuse_ready(session, night, subject)
    return subject, _Wanted(*_apart(subject, typed), _whose(session, person, decisions))


def _matter(night: Night, person: int, wanted: _Wanted) -> Matter:
    """Return what is signed: a digest of the other person's pseudonyms, and whose the decisions are."""
    digest = hashlib.sha256("\n".join(wanted.keys(night, wanted.other)).encode()).hexdigest()
    return Matter(_ACTION, f"person {person}", {"numbers": digest, "decisions": wanted.decisions})


def _apart(subject: Subject, typed: Sequence[str]) -> tuple[Marked, Marked]:
    every = {("bsn", bsn) for bsn in subject.bsns} | {("v", v) for v in subject.v_numbers}
    other: set[tuple[str, str]] = set()
    for given in typed:
        met = next((number for number in numbers_in(given) if number in every), None)
        if met is None:
            raise UsageError(f"one of the numbers given is not of {subject.named}; `hervat person show` has theirs")
        other.add(met)
    if not other or other == every:
        raise UsageError("give every number of the other person, and leave at least one to this person")
    return frozenset(every - other), frozenset(other)


def _refuse_ready(session: Session, night: Night, subject: Subject) -> None:
    query = select(PlanPerson.key).join(CleaningPlan, CleaningPlan.id == PlanPerson.plan_id)
    ready = (scope(CleaningPlan, night.code), CleaningPlan.status == READY, among(PlanPerson.key, set(subject.keys)))
    if session.scalars(query.where(*ready)).first() is not None:
        raise UsageError(
            f"a plan with {subject.named} is ready to be executed; put them on hold first (`hervat person hold`): the"
            " next night voids it"
        )


def _whose(session: Session, person: int, given: str | None) -> str | None:
    """Return whose the recorded decisions are, None if there are none. Raises UsageError if it must be said."""
    if not any(session.scalars(select(model.id).where(model.person_id == person)).first() for model in _DECISIONS):
        return None
    if given not in (OWN, OTHER):
        raise UsageError(
            f"decisions, a kennisgeving or answers are recorded of person {person}; say whose they are: --decisions own"
            " (of the person who keeps the number) or other"
        )
    return given


def _second(session: Session, night: Night, subject: Subject, wanted: _Wanted, who: Signed) -> bool:
    """Return True if another person gave the same numbers before; else record what this one gave."""
    waiting = (scope(Separate, night.code), Separate.second_by.is_(None), among(Separate.key, set(subject.keys)))
    first = session.scalars(select(Separate).where(*waiting)).first()
    given = _given(night, first) if first and is_confirmed(session, night, _ACTION, subject.named, first.by) else None
    if first is not None and given == (wanted.plain(), wanted.decisions):
        if same(first.by) == same(who.by):
            raise UsageError(f"{first.by} has asked for this split already; it takes another person too")
        first.second_by, first.sealed = who.by, None
        return True
    if first is not None:
        session.delete(first)  # they disagree: the last one starts again
    keys = {"key": wanted.keys(night, wanted.own)[0], "other_key": wanted.keys(night, wanted.other)[0]}
    sealed = night.keyring.seal(wanted.plain(), "separate")
    made = {"sealed": sealed, "decisions": wanted.decisions, "by": who.by, "reason": who.reason}
    session.add(Separate(municipality=night.code, **keys, **made))
    return False


def _given(night: Night, first: Separate | None) -> tuple[bytes, str | None] | None:
    if first is None or first.sealed is None:
        return None
    return night.keyring.open(first.sealed, "separate"), first.decisions


def _done(session: Session, night: Night, person: int, wanted: _Wanted, apart: Sequence[RowsApart]) -> int:
    """Split the person now; return the number of the new one."""
    with Bulk(session) as bulk:
        ids = bulk.next_ids(Person, 1)
        bulk.insert(Person, ids.to_frame("id").with_columns(municipality=pl.lit(night.code)))
    other, keys = int(ids[0]), set(wanted.keys(night, wanted.other))
    session.flush()
    theirs = (scope(Identifier, night.code), Identifier.person_id == person, among(Identifier.pseudonym, keys))
    session.execute(update(Identifier).where(*theirs).values(person_id=other))
    load_apart(session, night, person, apart)
    if wanted.decisions == OTHER:
        for model in _DECISIONS:
            session.execute(update(model).where(model.person_id == person).values(person_id=other))
    _hold_both(session, night, person, other)
    _lift(session, night, person, {*keys, *wanted.keys(night, wanted.own)})
    return other


def _hold_both(session: Session, night: Night, person: int, other: int) -> None:
    """Put the other person on hold too, by the same holds: nobody knows whose they are."""
    names = ("ground", "since", "until", "by", "reason", "second_by", "recorded_at", "ended_by", "ended_reason")
    holds = select(Hold).where(scope(Hold, night.code), Hold.person_id == person, Hold.ended_on.is_(None))
    for hold in session.scalars(holds).all():
        copied = {name: getattr(hold, name) for name in names}
        session.add(Hold(municipality=night.code, person_id=other, **copied))


def _lift(session: Session, night: Night, person: int, keys: set[str]) -> None:
    """Let the next night restore what was restricted of the two; who is still corrected is planned again."""
    bound = (scope(KeptValue, night.code), KeptValue.lifted_on.is_(None), among(KeptValue.key, keys))
    session.execute(update(KeptValue).where(*bound).values(key=f"person {person}"))


def _counted(apart: Sequence[RowsApart]) -> tuple[int, int]:
    return sum(rows.moved for rows in apart), sum(rows.joining.height for rows in apart)


def _erased_in(session: Session, night: Night, subject: Subject) -> list[str]:
    query = (
        select(CleaningPlan.system)
        .join(PlanPerson, PlanPerson.plan_id == CleaningPlan.id)
        .where(
            scope(CleaningPlan, night.code),
            CleaningPlan.policy == "erase",
            PlanPerson.cleaned_on.is_not(None),
            among(PlanPerson.key, set(subject.keys)),
        )
    )
    return sorted(set(session.scalars(query)))
