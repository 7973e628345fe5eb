"""Persons that turn out to be one: all that is known of them moves to the one that stays, in a few statements."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.intake.signal_store import fold
from hervat.register.models import (
    Answer,
    Decision,
    Identifier,
    Ownership,
    Person,
    Personalia,
    PersonState,
    SignalRow,
    Stranger,
    WrongNotification,
)

_Single = type[WrongNotification] | type[PersonState] | type[Stranger]


def merge_persons(session: Session, municipality: str, merged: dict[int, int]) -> None:
    """Move all that is known of the persons that went up in another to that one, in a few statements."""
    _merge_signals(session, municipality, merged)
    _merge_personalia(session, merged)
    for table in (Identifier, Decision, Ownership, Answer):
        rows = session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all()
        if rows:
            session.execute(update(table), [{"id": one, "person_id": merged[person]} for one, person in rows])
    for single in (WrongNotification, PersonState, Stranger):
        _keep_one(session, single, merged)
    session.execute(delete(Person).where(Person.id.in_(merged)))


def _keep_one(session: Session, table: _Single, merged: dict[int, int]) -> None:
    """Of rows that stand once a person, keep the one that stays or else the first that moves to him."""
    has = set(session.scalars(select(table.person_id).where(table.person_id.in_(set(merged.values())))))
    for one, person in session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all():
        if merged[person] in has:
            session.execute(delete(table).where(table.id == one))
        else:
            has.add(merged[person])
            session.execute(update(table), [{"id": one, "person_id": merged[person]}])


def _merge_signals(session: Session, municipality: str, merged: dict[int, int]) -> None:
    concerned = set(merged) | set(merged.values())
    rows = session.scalars(select(SignalRow).where(SignalRow.person_id.in_(concerned)).order_by(SignalRow.id)).all()
    fold(session, municipality, rows, merged)


def _merge_personalia(session: Session, merged: dict[int, int]) -> None:
    """Keep of the persons that become one what was said last."""
    concerned = set(merged) | set(merged.values())
    wanted = select(Personalia.person_id, Personalia.sealed, Personalia.said_on)
    rows = session.execute(wanted.where(Personalia.person_id.in_(concerned)).order_by(Personalia.said_on)).all()
    last = {merged.get(person, person): (sealed, day) for person, sealed, day in rows}
    session.execute(delete(Personalia).where(Personalia.person_id.in_(concerned)))
    if last:
        kept = [{"person_id": one, "sealed": sealed, "said_on": day} for one, (sealed, day) in last.items()]
        session.execute(insert(Personalia), kept)
