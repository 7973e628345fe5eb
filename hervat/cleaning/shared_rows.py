"""Shared rows as a standing fact: kept in the register at an erasure, looked at every night, never erased by that."""

import json
from collections import Counter
from collections.abc import Callable, Iterable

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.erasure import LocalSystem, SharedKey, can_look_at, look_at
from hervat.night import Night
from hervat.register import SHARED, STRANDED
from hervat.register.models import SharedRow
from hervat.settings import System

_CHUNK = 1000


def noter(night: Night, system: System) -> Callable[[Iterable[SharedKey]], None]:
    """Return what writes shared rows into the register, in a transaction of its own, before the system commits."""

    def note(rows: Iterable[SharedKey]) -> None:
        with night.register.session() as session:
            wanted = select(SharedRow.mark).where(SharedRow.municipality == night.code, SharedRow.system == system.name)
            known = set(session.scalars(wanted))
            fresh = [values for row in rows if (values := _values(night, system.name, row))["mark"] not in known]
            if fresh:
                session.execute(insert(SharedRow), fresh)

    return note


def look_at_shared(night: Night, local: LocalSystem) -> None:
    """Look at all shared rows of a system again: gone ones are forgotten, stranded ones await a person."""
    with night.register.session() as session:
        wanted = select(SharedRow).where(SharedRow.municipality == night.code, SharedRow.system == local.name)
        rows = {row.id: opened(night, row) for row in session.scalars(wanted)}
    seen = {number: one for number, one in rows.items() if can_look_at(local, one)}
    if len(seen) < len(rows):
        told = f"{len(rows) - len(seen)} shared rows lie outside the footprint now, so nobody looks at them any more"
        night.attention.append(f"system {local.name}: {told}")
    if not seen:
        return
    looked = look_at(local, seen.values())
    states = {
        SHARED: [number for number, one in seen.items() if one in looked.held],
        STRANDED: [number for number, one in seen.items() if one in looked.stranded],
    }
    _write(night, local.name, states, [number for number in seen if number not in {*states[SHARED], *states[STRANDED]}])


def opened(night: Night, row: SharedRow) -> SharedKey:
    """Return which row of the local system it is about."""
    return SharedKey(row.place, tuple(json.loads(night.keyring.open(row.sealed, "shared"))))


def shared_counts(session: Session, municipality: str, system: str, state: str) -> dict[str, int]:
    """Return how many shared (or stranded) rows each table has, as of the last night that looked."""
    wanted = select(SharedRow.place).where(
        SharedRow.municipality == municipality, SharedRow.system == system, SharedRow.state == state
    )
    return dict(sorted(Counter(session.scalars(wanted)).items()))


def _values(night: Night, system: str, row: SharedKey) -> dict[str, object]:
    plain = json.dumps(row.key, default=str)
    return {
        "municipality": night.code,
        "system": system,
        "place": row.table,
        "mark": night.keyring.pseudonym("row", f"{row.table} {plain}"),
        "sealed": night.keyring.seal(plain.encode(), "shared"),
        "kept_on": night.as_of,
        "state": SHARED,
        "looked_on": night.as_of,
    }


def _write(night: Night, system: str, states: dict[str, list[int]], gone: list[int]) -> None:
    with night.register.session() as session:
        for state, numbers in states.items():
            for some in _chunks(numbers):
                session.execute(
                    update(SharedRow).where(SharedRow.id.in_(some)).values(state=state, looked_on=night.as_of)
                )
        for some in _chunks(gone):
            session.execute(delete(SharedRow).where(SharedRow.id.in_(some)))
        told = f"{len(states[SHARED])} shared, {len(states[STRANDED])} held by nobody, {len(gone)} gone"
        night.record(session, "looked at shared rows", system, told)


def _chunks(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[at : at + _CHUNK] for at in range(0, len(numbers), _CHUNK))
