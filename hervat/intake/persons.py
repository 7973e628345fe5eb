"""Identity resolution: rows that share a BSN or V-nummer are one person; persons that prove to be one are merged."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

import polars as pl
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.intake.signals import fold
from hervat.keyring import Keyring
from hervat.register import Bulk, among, scope
from hervat.register.models import (
    Answer,
    Decision,
    Hold,
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
    """Move all rows of merged persons (id -> the id that stays) to the one that stays, in a few statements."""
    _merge_signals(session, municipality, merged)
    _merge_personalia(session, merged)
    for table in (Identifier, Decision, Ownership, Hold, Answer):
        rows = session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all()
        if rows:
            session.execute(update(table), [{"id": number, "person_id": merged[person]} for number, person in rows])
    for single in (WrongNotification, PersonState, Stranger):
        _keep_one(session, single, merged)
    session.execute(delete(Person).where(Person.id.in_(merged)))


def _keep_one(session: Session, table: _Single, merged: dict[int, int]) -> None:
    """Keep one row per person: that of the person who stays, else the first that moves."""
    has = set(session.scalars(select(table.person_id).where(table.person_id.in_(set(merged.values())))))
    for number, person in session.execute(select(table.id, table.person_id).where(table.person_id.in_(merged))).all():
        if merged[person] in has:
            session.execute(delete(table).where(table.id == number))
        else:
            has.add(merged[person])
            session.execute(update(table), [{"id": number, "person_id": merged[person]}])


def _merge_signals(session: Session, municipality: str, merged: dict[int, int]) -> None:
    concerned = set(merged) | set(merged.values())
    rows = session.scalars(select(SignalRow).where(SignalRow.person_id.in_(concerned)).order_by(SignalRow.id)).all()
    fold(session, municipality, rows, merged)


def _merge_personalia(session: Session, merged: dict[int, int]) -> None:
    """Keep the newest details of merged persons; of one day those of the person who was made last, on any database."""
    concerned = set(merged) | set(merged.values())
    query = select(Personalia.person_id, Personalia.sealed, Personalia.said_on)
    ordered = query.order_by(Personalia.said_on, Personalia.person_id)
    rows = session.execute(ordered.where(Personalia.person_id.in_(concerned))).all()
    last = {merged.get(person, person): (sealed, day) for person, sealed, day in rows}
    session.execute(delete(Personalia).where(Personalia.person_id.in_(concerned)))
    if last:
        kept = [{"person_id": person, "sealed": sealed, "said_on": day} for person, (sealed, day) in last.items()]
        session.execute(insert(Personalia), kept)


_FEW = 20_000
_PAIR = ["bsn", "v"]
_KNOWN = {"bsn": pl.String, "v": pl.String, "person_id": pl.Int64}
Pair = tuple[str | None, str | None]  # BSN and V-nummer of a row
Mark = str  # kind ("bsn" or "v"), a colon, and the pseudonym


class Identities:
    """The identifiers of a municipality, cached while rows are loaded; `of` and `persons_of` find and make persons.

    Of the last call: `made` are the ids of the persons that it made; `joined` is True if persons were merged. New
    identifiers are written by `write`, which can wait until there is nothing else to do. before_merging: called before
    rows of persons are moved to another, who may have some that were not written yet.
    """

    def __init__(self, bulk: Bulk, keyring: Keyring, before_merging: Callable[[], None] = lambda: None) -> None:
        self._before_merging = before_merging
        self._bulk, self._keyring, self._code = bulk, keyring, keyring.code
        self._pseudonym = {kind: keyring.pseudonyms(kind) for kind in ("bsn", "v")}
        self._owner: dict[Mark, int] = {}
        self._marks: dict[tuple[str, str], Mark] = {}  # of the values met so far, by kind
        self._known = pl.DataFrame(schema=_KNOWN)  # pairs that are joined already
        self._unwritten: dict[Mark, str] = {}
        self._all = False
        self.made: set[int] = set()
        self.joined = False

    def of(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Return distinct pairs of `bsn` and `v` with their `person_id`."""
        self.made, self.joined = set(), False
        new = pairs.join(self._known, on=_PAIR, how="anti", nulls_equal=True)
        if new.height:
            persons = pl.Series("person_id", self.persons_of(new.rows()), dtype=pl.Int64)
            self._known = pl.concat([self._known, new.with_columns(persons)])
        return pairs.join(self._known, on=_PAIR, how="left", nulls_equal=True)

    def persons_of(self, rows: Sequence[Pair]) -> list[int]:
        """Return the person id of each (BSN, V-nummer); persons are made and merged as needed."""
        values = dict.fromkeys([("bsn", bsn) for bsn, _ in rows if bsn] + [("v", v) for _, v in rows if v])
        new = [value for value in values if value not in self._marks]
        self._marks |= {(kind, value): f"{kind}:{self._pseudonym[kind](value)}" for kind, value in new}
        self._learn([self._marks[value] for value in new])
        marks = [self._of(pair) for pair in rows]
        sets, alone = self._joined(marks)
        self._make(sets, alone, {self._marks[kind, value]: value for kind, value in new})
        self._merge(sets)
        return [self._owner[mark[0]] for mark in marks]

    def joining(self, rows: Sequence[Pair], apart: set[frozenset[int]]) -> set[Pair]:
        """Return the pairs that would join two persons (ids) who were told apart; of several, all but the first."""
        kinds = [[(kind, value) for kind, value in zip(_PAIR, row, strict=True) if value] for row in rows]
        marks = {
            value: f"{value[0]}:{self._pseudonym[value[0]](value[1])}" for value in set(chain.from_iterable(kinds))
        }
        self._learn(list(marks.values()))
        sets, refused = _Sets(self._owner), set()
        for pair, values in zip(rows, kinds, strict=True):
            members = [marks[value] for value in values]
            if any(two <= sets.persons_of(members) for two in apart):
                refused.add(pair)
            else:
                sets.join(members)
        return refused

    def _joined(self, marks: list[list[Mark]]) -> tuple["_Sets", list[list[Mark]]]:
        """Return the sets of identifiers that rows join, and separately the many rows that join nothing."""
        times, sets, alone = Counter(chain.from_iterable(marks)), _Sets(self._owner), list[list[Mark]]()
        for member in marks:
            if all(times[mark] == 1 and mark not in self._owner for mark in member):
                alone.append(member)
            else:
                sets.join(member)
        return sets, alone

    def _of(self, pair: Pair) -> list[Mark]:
        bsn, v = pair
        return [*([self._marks["bsn", bsn]] if bsn else []), *([self._marks["v", v]] if v else [])]

    def _learn(self, marks: list[Mark]) -> None:
        """Read the owners of these identifiers: few by key, many by reading the whole municipality."""
        if self._all:
            return
        query = select(Identifier.kind, Identifier.pseudonym, Identifier.person_id)
        query = query.where(scope(Identifier, self._code))
        self._all = len(marks) > _FEW
        if not self._all:
            query = query.where(among(Identifier.pseudonym, [mark.partition(":")[2] for mark in marks]))
        self._owner |= {f"{kind}:{key}": person for kind, key, person in self._bulk.session.execute(query)}

    def _make(self, sets: "_Sets", alone: list[list[Mark]], values: dict[Mark, str]) -> None:
        """Make the new persons; new identifiers wait to be written."""
        new, fresh = [mark for mark in values if mark not in self._owner], sets.without_owner()
        ids = self._bulk.next_ids(Person, len(fresh) + len(alone))
        self._bulk.insert(Person, ids.to_frame("id").with_columns(municipality=pl.lit(self._code)))
        self.made = set(ids)
        sets.own(dict(zip(fresh, ids, strict=False)))
        for known, person in zip(alone, ids[len(fresh) :], strict=True):
            self._owner |= dict.fromkeys(known, person)
        self._owner |= {mark: sets.owner(mark) for mark in new if mark not in self._owner}
        self._unwritten |= {mark: values[mark] for mark in new}

    @property
    def waiting(self) -> int:
        """The number of new identifiers that are not written yet."""
        return len(self._unwritten)

    def write(self) -> None:
        """Write the new identifiers of new and known persons."""
        new, self._unwritten = self._unwritten, {}
        sealed = self._keyring.seal_all([value.encode() for value in new.values()], "identifier")
        marks = pl.Series(list(new), dtype=pl.String).str.splitn(":", 2).struct.rename_fields(["kind", "pseudonym"])
        identifiers = marks.struct.unnest().with_columns(
            pl.Series("sealed", sealed, dtype=pl.Binary),
            pl.Series("person_id", [self._owner[mark] for mark in new], dtype=pl.Int64),
            municipality=pl.lit(self._code),
        )
        self._bulk.insert(Identifier, identifiers.sort("kind", "pseudonym"))  # in index order: faster

    def _merge(self, sets: "_Sets") -> None:
        merged = sets.merged()
        self.joined = bool(merged)
        if not merged:
            return
        self._owner = {mark: merged.get(person, person) for mark, person in self._owner.items()}
        self._known = self._known.with_columns(pl.col("person_id").replace(merged))
        self._before_merging()
        merge_persons(self._bulk.session, self._code, merged)


class _Sets:
    """Union-find over identifiers; each set ends with the smallest id of the persons in it."""

    def __init__(self, owners: dict[Mark, int]) -> None:
        self._owners = owners
        self._parent: dict[Mark, Mark] = {}
        self._persons: dict[Mark, set[int]] = {}
        self._anchor: dict[int, Mark] = {}

    def join(self, marks: list[Mark]) -> None:
        if len({self._find(mark) for mark in marks}) == 1:
            return
        # meeting a mark may have joined sets by itself, so the roots are looked up again
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

    def persons_of(self, marks: list[Mark]) -> set[int]:
        """Return the persons whom these identifiers would join."""
        return set().union(*(self._persons[self._find(mark)] for mark in marks))

    def without_owner(self) -> list[Mark]:
        return [root for root, persons in self._persons.items() if not persons]

    def own(self, made: dict[Mark, int]) -> None:
        for root, person in made.items():
            self._persons[root] = {person}

    def owner(self, mark: Mark) -> int:
        return min(self._persons[self._find(mark)])

    def merged(self) -> dict[int, int]:
        """Return the merged persons: id -> the id that stays."""
        groups = [sorted(persons) for persons in self._persons.values() if len(persons) > 1]
        return {gone: group[0] for group in groups for gone in group[1:]}
