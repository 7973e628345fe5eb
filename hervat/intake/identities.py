"""Who is who: rows that share a BSN or a V-nummer are about one person, and a row with both joins them."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.intake.signal_store import fold
from hervat.keyring import Keyring
from hervat.register.models import Decision, Identifier, Person, PersonState, SignalRow, WrongNotification

Mark = tuple[str, str]  # kind ("bsn" or "v") and value


class Identities:
    """The identifiers of a municipality, held while rows are loaded; `persons_of` finds, joins and makes persons."""

    def __init__(self, session: Session, keyring: Keyring) -> None:
        self._session, self._keyring, self._code = session, keyring, keyring.code
        rows = session.execute(
            select(Identifier.kind, Identifier.pseudonym, Identifier.person_id).where(
                Identifier.municipality == self._code
            )
        )
        self._owner: dict[Mark, int] = {(kind, pseudonym): person for kind, pseudonym, person in rows}

    def persons_of(self, rows: list[tuple[str | None, str | None]]) -> list[int]:
        """Return the person id of each (BSN, V-nummer), after joining and making the persons that this asks for."""
        values = {("bsn", bsn) for bsn, _ in rows if bsn} | {("v", v) for _, v in rows if v}
        marks = {one: (one[0], self._keyring.pseudonym(*one)) for one in sorted(values)}
        sets = _Sets(self._owner)
        for bsn, v in rows:
            sets.join([marks[one] for one in (("bsn", bsn), ("v", v)) if one[1]])  # type: ignore[index]
        self._make(sets, {mark: value for (_, value), mark in marks.items()})
        self._merge(sets)
        return [self._owner[marks["bsn", bsn] if bsn else marks["v", v or ""]] for bsn, v in rows]

    def _make(self, sets: "_Sets", values: dict[Mark, str]) -> None:
        """Make the new persons and write the new identifiers of old and new ones."""
        fresh = sets.without_owner()
        made = _inserted(self._session, self._code, len(fresh))
        sets.own(dict(zip(fresh, made, strict=True)))
        new = [mark for mark in values if mark not in self._owner]
        self._owner.update({mark: sets.owner(mark) for mark in new})
        if new:
            self._session.execute(insert(Identifier), [self._identifier(mark, values[mark]) for mark in new])

    def _identifier(self, mark: Mark, value: str) -> dict[str, object]:
        return {
            "municipality": self._code,
            "kind": mark[0],
            "pseudonym": mark[1],
            "sealed": self._keyring.seal(value.encode(), "identifier"),
            "person_id": self._owner[mark],
        }

    def _merge(self, sets: "_Sets") -> None:
        merged = sets.merged()
        if not merged:
            return
        self._owner = {mark: merged.get(person, person) for mark, person in self._owner.items()}
        merge_persons(self._session, merged)


class _Sets:
    """Union-find over identifiers; each set ends with the smallest id of the persons in it."""

    def __init__(self, owners: dict[Mark, int]) -> None:
        self._owners = owners
        self._parent: dict[Mark, Mark] = {}
        self._persons: dict[Mark, set[int]] = {}
        self._anchor: dict[int, Mark] = {}

    def join(self, marks: list[Mark]) -> None:
        for mark in marks:
            self._find(mark)  # meeting a mark may join sets by itself, so the roots are looked up afterwards
        first, *others = sorted({self._find(mark) for mark in marks})
        for other in others:
            self._parent[other] = first
            self._persons[first] |= self._persons.pop(other)

    def _find(self, mark: Mark) -> Mark:
        if mark not in self._parent:
            self._parent[mark] = mark
            owner = self._owners.get(mark)
            self._persons[mark] = {owner} if owner is not None else set()
            if owner is not None:
                anchor = self._anchor.setdefault(owner, mark)
                if anchor != mark:
                    self.join([anchor, mark])
        while self._parent[mark] != mark:
            self._parent[mark] = self._parent[self._parent[mark]]
            mark = self._parent[mark]
        return mark

    def without_owner(self) -> list[Mark]:
        return [root for root, persons in sorted(self._persons.items()) if not persons]

    def own(self, made: dict[Mark, int]) -> None:
        for root, person in made.items():
            self._persons[root] = {person}

    def owner(self, mark: Mark) -> int:
        return min(self._persons[self._find(mark)])

    def merged(self) -> dict[int, int]:
        """Return the persons that go up in another one: id -> the id that stays."""
        groups = [sorted(persons) for persons in self._persons.values() if len(persons) > 1]
        return {gone: group[0] for group in groups for gone in group[1:]}


def _inserted(session: Session, code: str, count: int) -> list[int]:
    if not count:
        return []
    statement = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    return list(session.scalars(statement, [{"municipality": code}] * count))


def merge_persons(session: Session, merged: dict[int, int]) -> None:
    """Move all that is known of the persons that went up in another to that one, in a few statements."""
    _merge_signals(session, merged)
    for table in (Identifier, Decision):
        rows = session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all()
        if rows:
            session.execute(update(table), [{"id": one, "person_id": merged[person]} for one, person in rows])
    for single in (WrongNotification, PersonState):
        _keep_one(session, single, merged)
    session.execute(delete(Person).where(Person.id.in_(merged)))


def _keep_one(session: Session, table: type[WrongNotification] | type[PersonState], merged: dict[int, int]) -> None:
    """Of rows that stand once a person, keep the one that stays or else the first that moves to him."""
    has = set(session.scalars(select(table.person_id).where(table.person_id.in_(set(merged.values())))))
    for one, person in session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all():
        if merged[person] in has:
            session.execute(delete(table).where(table.id == one))
        else:
            has.add(merged[person])
            session.execute(update(table), [{"id": one, "person_id": merged[person]}])


def _merge_signals(session: Session, merged: dict[int, int]) -> None:
    concerned = set(merged) | set(merged.values())
    rows = session.scalars(select(SignalRow).where(SignalRow.person_id.in_(concerned)).order_by(SignalRow.id)).all()
    fold(session, rows, merged)
