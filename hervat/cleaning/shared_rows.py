"""Shared rows in the register: recorded at an erasure, looked at again every night, never erased by that."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from hervat.erasure import LocalSystem, SharedKey, can_look_at, look_at
from hervat.night import Night
from hervat.register import SHARED, STRANDED
from hervat.register.models import SharedRow
from hervat.settings import System

_BATCH = 1000


def noter(night: Night, system: System) -> Callable[[Iterable[SharedKey]], None]:
    """Return a function that records shared rows, in a transaction of its own before the system commits."""

    def note(rows: Iterable[SharedKey]) -> None:
        with night.register.session() as session:
            query = select(SharedRow.mark).where(SharedRow.municipality == night.code, SharedRow.system == system.name)
            known = set(session.scalars(query))
            fresh = [values for row in rows if (values := _values(night, system.name, row))["mark"] not in known]
            if fresh:
                session.execute(insert(SharedRow), fresh)

    return note


def look_at_shared(night: Night, local: LocalSystem) -> None:
    """Look at all shared rows of a system again: forget those that are gone, keep stranded ones for a person."""
    with night.register.session() as session:
        query = select(SharedRow).where(SharedRow.municipality == night.code, SharedRow.system == local.name)
        rows = {row.id: opened(night, row) for row in session.scalars(query)}
    inside = {id_: row for id_, row in rows.items() if can_look_at(local, row)}
    if len(inside) < len(rows):
        message = (
            f"{len(rows) - len(inside)} shared rows lie outside the footprint now, so nobody looks at them any more"
        )
        night.attention.append(f"system {local.name}: {message}")
    if not inside:
        return
    states = look_at(local, inside.values())
    ids = {
        SHARED: [id_ for id_, row in inside.items() if row in states.held],
        STRANDED: [id_ for id_, row in inside.items() if row in states.stranded],
    }
    _write(night, local.name, ids, sorted(inside.keys() - {*ids[SHARED], *ids[STRANDED]}))


def opened(night: Night, row: SharedRow) -> SharedKey:
    """Return the row of the local system, decrypted."""
    return SharedKey(row.place, tuple(json.loads(night.keyring.open(row.sealed, "shared"))))


def shared_counts(session: Session, municipality: str) -> dict[tuple[str, str], dict[str, int]]:
    """Return (system, shared or stranded) -> rows of each table, as of the last night that looked."""
    columns = SharedRow.system, SharedRow.state, SharedRow.place
    query = select(*columns, func.count()).where(SharedRow.municipality == municipality).group_by(*columns)
    counts: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for system, state, place, count in sorted(session.execute(query)):
        counts[system, state][place] = count
    return dict(counts)


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


def _write(night: Night, system: str, ids: dict[str, list[int]], gone: list[int]) -> None:
    with night.register.session() as session:
        for state, state_ids in ids.items():
            for batch in _batches(state_ids):
                session.execute(
                    update(SharedRow).where(SharedRow.id.in_(batch)).values(state=state, looked_on=night.as_of)
                )
        for batch in _batches(gone):
            session.execute(delete(SharedRow).where(SharedRow.id.in_(batch)))
        result = f"{len(ids[SHARED])} shared, {len(ids[STRANDED])} held by nobody, {len(gone)} gone"
        night.record(session, "looked at shared rows", system, result)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + _BATCH] for at in range(0, len(ids), _BATCH))
