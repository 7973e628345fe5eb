"""Restricted values: kept (sealed) before a column is set, put back when the person is no longer corrected."""

import json
from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import select

from hervat import journal
from hervat.cleaning import Kept, LocalSystem, lift
from hervat.night import Night
from hervat.register.models import KeptValue
from hervat.register.people import People
from hervat.settings import System


def keeper(night: Night, system: System) -> Callable[[list[Kept]], None]:
    """Return what seals old values into the register, in a transaction of its own, before the system commits."""

    def keep(values: list[Kept]) -> None:
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
    """Put back the old values of persons who are no longer corrected. Return how many values were put back.

    Those of a disputed person wait until a person has decided. A value was kept under the key that the person had
    then; any BSN of his names him.
    """
    bound = people.in_state("corrected", "disputed")
    with night.register.session() as session:
        wanted = select(KeptValue).where(
            KeptValue.municipality == night.code, KeptValue.system == local.name, KeptValue.lifted_on.is_(None)
        )
        rows = [row for row in session.scalars(wanted) if people.owner.get(row.key) not in bound]
    kept = [Kept(**json.loads(night.keyring.open(row.sealed, "kept"))) for row in rows]
    if not kept:
        return 0
    lifted = lift(local, kept)
    with night.register.session() as session:
        for row in rows:
            session.get_one(KeptValue, row.id).lifted_on = night.as_of
        journal.record(session, night.code, night.actor, "lifted", local.name, f"{lifted} values", night.origin)
    return lifted
