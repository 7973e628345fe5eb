"""Restricted values: saved (encrypted) before a column is set, restored when the person is no longer corrected."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.erasure import Lifted, LocalSystem, OldValue, lift
from hervat.night import Night
from hervat.register.models import KeptValue
from hervat.settings import System
from hervat.settling import People


def keeper(night: Night, system: System) -> Callable[[list[OldValue]], None]:
    """Return a function that saves old values, encrypted, in a transaction of its own before the system commits."""

    def keep(values: list[OldValue]) -> None:
        with night.register.session() as session:
            for value in values:
                plain = json.dumps(asdict(value), default=str).encode()
                session.add(
                    KeptValue(
                        municipality=night.code,
                        system=system.name,
                        key=value.person,
                        sealed=night.keyring.seal(plain, "kept"),
                        kept_on=night.as_of,
                    )
                )

    return keep


def lift_reinstated(night: Night, local: LocalSystem, people: People) -> int:
    """Restore the old values of persons who are neither corrected nor on hold. Return how many were restored.

    Those of a disputed person wait until somebody has decided. A value was saved under the key that the person had
    then; any of their BSNs identifies them. Values that could not be restored, because the column has another value
    now or the row is gone, are recorded and in the night's attention.
    """
    bound = people.in_state("corrected", "disputed") | people.on_hold.keys()
    with night.register.session() as session:
        query = select(KeptValue).where(
            KeptValue.municipality == night.code, KeptValue.system == local.name, KeptValue.lifted_on.is_(None)
        )
        rows = [row for row in session.scalars(query.order_by(KeptValue.id)) if people.owner.get(row.key) not in bound]
    saved = [OldValue(**json.loads(night.keyring.open(row.sealed, "kept"))) for row in rows]
    if not saved:
        return 0
    lifted = lift(local, saved)
    not_restored = {id(value) for value in (*lifted.other, *lifted.gone)}
    with night.register.session() as session:
        for row, value in zip(rows, saved, strict=True):
            stored = session.get_one(KeptValue, row.id)
            stored.lifted_on, stored.put_back = night.as_of, id(value) not in not_restored
        result = f"{lifted.back} values, {len(lifted.other)} replaced since, {len(lifted.gone)} rows gone"
        night.record(session, "lifted", local.name, result)
    _report(night, local.name, lifted)
    return lifted.back


def left_tonight(session: Session, municipality: str, day: date) -> dict[str, int]:
    """Return system -> values not restored on a day: the column has another value, or the row is gone."""
    query = select(KeptValue.system, func.count()).where(
        KeptValue.municipality == municipality, KeptValue.lifted_on == day, KeptValue.put_back.is_(False)
    )
    return {system: count for system, count in session.execute(query.group_by(KeptValue.system))}


def _report(night: Night, system: str, lifted: Lifted) -> None:
    if lifted.other or lifted.gone:
        night.attention.append(
            f"system {system}: {len(lifted.other)} restricted values were not put back, because something else stands"
            f" there now, and {len(lifted.gone)}, because the row is gone"
        )
