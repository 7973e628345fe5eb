"""Writing signals: new ones in one statement, and what a later download says of known ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.register.models import Sighting, SignalRow

_CHUNK = 5000
Key = tuple[int, str, date, str, str]


@dataclass(frozen=True)
class Seen:
    """A good row of a download: which signal it is, and what it says beside that."""

    row: int
    key: Key
    doelgroep: str | None
    kennisgeving: date | None
    details: bytes | None
    may_be_ignored: bool


class SignalStore:
    """The signals of a download's persons; `put` writes a batch of its rows."""

    def __init__(self, session: Session, municipality: str, download_id: int, made_on: date) -> None:
        self._session, self._code = session, municipality
        self._download, self._made_on = download_id, made_on

    def put(self, rows: list[Seen]) -> int:
        """Write the batch: signals, sightings. Return how many rows brought in a signal; the rest were known."""
        known = self._known({seen.key[0] for seen in rows})
        first: dict[Key, Seen] = {}
        for seen in rows:
            if seen.key not in known:
                first.setdefault(seen.key, seen)
        fresh = self._insert(list(first.values()))
        self._refresh([seen for seen in rows if seen.key in known], known)
        ids = {key: row.id for key, row in known.items()} | fresh
        self._session.execute(
            insert(Sighting),
            [
                {"download_id": self._download, "row": s.row, "signal_id": ids[s.key], "loaded": first.get(s.key) is s}
                for s in rows
            ],
        )
        return len(first)

    def _known(self, persons: set[int]) -> dict[Key, SignalRow]:
        found: dict[Key, SignalRow] = {}
        ordered = sorted(persons)
        for start in range(0, len(ordered), _CHUNK):
            wanted = SignalRow.person_id.in_(ordered[start : start + _CHUNK])
            for row in self._session.scalars(select(SignalRow).where(wanted)):
                found[row.person_id, row.code, row.date, row.wet, row.gemeentecode] = row
        return found

    def _insert(self, rows: list[Seen]) -> dict[Key, int]:
        if not rows:
            return {}
        statement = insert(SignalRow).returning(SignalRow.id, sort_by_parameter_order=True)
        ids = self._session.scalars(statement, [self._values(seen) for seen in rows])
        return {seen.key: one for seen, one in zip(rows, ids, strict=True)}

    def _values(self, seen: Seen) -> dict[str, Any]:
        person, code, day, wet, gemeentecode = seen.key
        return {
            "municipality": self._code,
            "person_id": person,
            "code": code,
            "date": day,
            "wet": wet,
            "gemeentecode": gemeentecode,
            "doelgroep": seen.doelgroep,
            "kennisgeving": seen.kennisgeving,
            "details": seen.details,
            "first_seen": self._made_on,
            "last_seen": self._made_on,
            "may_be_ignored": seen.may_be_ignored,
        }

    def _refresh(self, rows: list[Seen], known: dict[Key, SignalRow]) -> None:
        """Tell the known signals that they were seen again; what a later download says goes first."""
        changes: dict[int, dict[str, Any]] = {}
        for seen in rows:
            row = known[seen.key]
            change = changes.setdefault(row.id, {"id": row.id, **_facts(row)})
            later = self._made_on >= row.last_seen
            change["first_seen"] = min(change["first_seen"], self._made_on)
            change["last_seen"] = max(change["last_seen"], self._made_on)
            for name in ("doelgroep", "kennisgeving", "details"):
                said = getattr(seen, name)
                if said is not None and (later or change[name] is None):
                    change[name] = said
        if changes:
            self._session.execute(update(SignalRow), list(changes.values()))


def _facts(row: SignalRow) -> dict[str, Any]:
    return {n: getattr(row, n) for n in ("first_seen", "last_seen", "doelgroep", "kennisgeving", "details")}


def fold(session: Session, rows: Iterable[SignalRow], merged: dict[int, int]) -> None:
    """Move signals to the person that stays; two that become the same signal become one, seen at the later day."""
    kept: dict[Key, SignalRow] = {}
    gone: dict[int, int] = {}
    for row in rows:
        key = (merged.get(row.person_id, row.person_id), row.code, row.date, row.wet, row.gemeentecode)
        first = kept.setdefault(key, row)
        if first is not row:
            _join(first, row)
            gone[row.id] = first.id
    for old, new in gone.items():
        session.execute(update(Sighting).where(Sighting.signal_id == old).values(signal_id=new))
    session.execute(delete(SignalRow).where(SignalRow.id.in_(gone)))
    for key, row in kept.items():
        row.person_id = key[0]
    session.flush()


def _join(first: SignalRow, other: SignalRow) -> None:
    later, earlier = (other, first) if other.last_seen >= first.last_seen else (first, other)
    for name in ("doelgroep", "kennisgeving", "details"):
        said = getattr(later, name)
        setattr(first, name, said if said is not None else getattr(earlier, name))
    first.last_seen, first.first_seen = later.last_seen, min(first.first_seen, other.first_seen)
