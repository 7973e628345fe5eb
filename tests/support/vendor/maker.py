"""Fills a random schema: for each row it is chosen first whom it is about, then its keys are written to tell so."""

from collections.abc import Iterator
from datetime import date
from random import Random

from sqlalchemy import Integer

from tests.support.dossiers import bsn
from tests.support.vendor.rows import LINK, OUTSIDE, Registration, Row, Vendor
from tests.support.vendor.schema import Entity, Key
from tests.support.vendor.tables import Tables

BSNS = [bsn(at) for at in range(8)]
SPELLED = ["{0}", "{0} ", " {0}", "{0}.0", "{1}.{2}.{3}", "{1} {2} {3}", "{1}-{2}{3}"]
STARTS = {True: date(2022, 2, 1), False: date(2021, 11, 1), None: None}


def spelled(number: str, dice: Random) -> str:
    """Return a BSN as people write one."""
    return dice.choice(SPELLED).format(number, number[:4], number[4:6], number[6:])


def make_vendor(seed: int, rows: int = 70, close: bool = False) -> Vendor:
    """Return a random vendor's system with about so many rows.

    `close`: many rows are about two persons and many keys that may not be null name a row of somebody else.
    """
    return Maker(Random(seed), rows, close).vendor


class Maker:
    """Makes one vendor."""

    def __init__(self, dice: Random, rows: int, close: bool) -> None:
        self.dice, self.close, self.tables = dice, close, Tables(dice, 0.7 if close else 0.15)
        self.vendor = Vendor(self.tables.all, footprint=self.tables.footprint())
        self.held = self.tables.types[1:]
        self._row(self.tables.lookup, kind=OUTSIDE)
        self._persons()
        for _ in range(dice.randint(rows // 4, rows)):
            about = self._about()
            any(self._held(table, about) for table in dice.sample(self.held, len(self.held)))
        self._references()

    # -- persons and their registrations

    def _persons(self) -> None:
        dice = self.dice
        for number in BSNS[: dice.randint(2, 6)]:
            self._person(number)
            if dice.random() < 0.12 and not self.close:
                self.vendor.doubles.add(number)
                self._person(number)
        self._person(None)

    def _person(self, number: str | None) -> None:
        row = self._row(self.tables.person, kind=OUTSIDE)
        row.values["BSN"] = spelled(number, self.dice) if number else self.dice.choice([None, "onbekend", ""])
        for _ in range(self.dice.choice([0, 1, 1, 1, 1] if self.tables.between else [0, 1, 1, 1, 2, 2])):
            self._register(row, number)

    def _register(self, person: Row, number: str | None) -> None:
        verdict = self.dice.choice([True] * 4 + [True] * 8 * self.close + [False, None])
        one = Registration(len(self.vendor.registrations), number, verdict)
        self.vendor.registrations.append(one)
        root = self._new(self.tables.root, frozenset([one.at]))
        if self.tables.between:
            middle = self._row(self.tables.between, kind=OUTSIDE)
            middle.point(self.tables.path[1], person)
            root.point(self.tables.path[0], middle)
        else:
            root.point(self.tables.path[0], person)
        root.values["wet"] = {True: "Wi2021", False: "Wi2013", None: None}[verdict]
        self.vendor.rows.append(root)
        if self.tables.dated and (verdict is not None or self.dice.random() < 0.5):
            start = self._row(self.tables.dated, root.about)
            start.values["start"] = STARTS[verdict]
            root.point(next(key for key in root.table.keys if key.target is self.tables.dated), start)

    def _about(self) -> frozenset[int]:
        """Choose whom a row is about: mostly one, sometimes several, sometimes nobody (a leftover)."""
        everyone = [one.at for one in self.vendor.registrations]
        count = min(len(everyone), self.dice.choice([1, 2, 2, 3] if self.close else [0, 1, 1, 1, 1, 1, 2, 2, 2, 3]))
        return frozenset(self.dice.sample(everyone, count))

    # -- rows within: their keys tell the ownership that was chosen

    def _held(self, table: Entity, about: frozenset[int]) -> bool:
        """Add a row about these registrations where its keys can tell so; else add none and return False."""
        if any(not self.vendor.of(key.target) for key in table.keys if key.columns[0] in table.required):
            return False
        new = self._new(table, about)
        told = self._told_by_own_key(new)
        owners = list(self._owners_for(new, about - told)) if about else []
        if told.union(*(owner.about for owner, _ in owners)) != about or not self._whole(new):
            return False
        for owner, key in owners:
            self._let_own(owner, key, new)
        new.covered = frozenset().union(*(owner.about for owner, _ in owners))
        self._beside(new)
        self.vendor.rows.append(new)
        return True

    def _whole(self, new: Row) -> bool:
        """Say whether a subtype found its supertype, and took no other's place."""
        key = tuple(new.values[name] for name in new.table.primary)
        taken = {tuple(row.values[name] for name in new.table.primary) for row in self.vendor.of(new.table)}
        shared = [one for one in new.table.belongs if one.columns == new.table.primary]
        return key not in taken and all(one in new.points for one in shared)

    def _told_by_own_key(self, new: Row) -> frozenset[int]:
        """Let the row name one it belongs to, or none. Return whom that one is about."""
        choices = [key for key in new.table.belongs if not (key.owns and not new.about)]
        must = bool(choices) and choices[0].columns == new.table.primary
        if not choices or (not must and self.dice.random() < 0.3):
            return frozenset()
        key = self.dice.choice(choices)
        able = [row for row in self.vendor.of(key.target) if _may_belong(new, key, row)]
        if not able:
            return frozenset()
        target = self.dice.choice(able)
        new.point(key, target)
        new.decides = key
        return target.about

    def _owners_for(self, new: Row, lacking: frozenset[int]) -> Iterator[tuple[Row, Key]]:
        """Yield older rows, each with a key that is still empty, until all that lack are told; sometimes one more."""
        able = [
            (row, key)
            for row in self.vendor.rows
            for key in row.table.keys
            if key.owns and key.target is new.table and key not in row.points and _may_own(row, key, new)
        ]
        self.dice.shuffle(able)
        used: set[int] = set()
        for row, key in able:
            if id(row) not in used and (row.about & lacking or self.dice.random() < 0.1):
                used.add(id(row))
                lacking -= row.about
                yield row, key

    def _let_own(self, owner: Row, key: Key, new: Row) -> None:
        owner.point(key, new)
        if key in owner.table.belongs and not _after(owner, key):
            owner.decides = key

    def _beside(self, new: Row) -> None:
        """Fill keys that do not decide: rows of anybody; keys that own only where that is true."""
        for key in new.table.keys:
            free = key.plain or (key in new.table.belongs and new.decides is not None and _after(new, key))
            if key in new.points or not (free or key.owns) or (key.owns and key in new.table.belongs and not free):
                continue
            if key.columns[0] not in new.table.nullable or self.dice.random() < 0.35:
                able = [row for row in self.vendor.of(key.target) if not key.owns or _true_owner(new, row)]
                if able:
                    new.point(key, self.dice.choice(able))
        self._halve(new)

    def _halve(self, row: Row) -> None:
        """Fill half of an empty composite key: it names nothing."""
        for key in row.table.keys:
            if key not in row.points and len(key.able) > 1 and self.dice.random() < 0.3:
                row.values[key.able[0]] = 1 if isinstance(row.table.columns[key.able[0]], Integer) else "1"

    # -- the rest

    def _references(self) -> None:
        for table in self.tables.links:
            for _ in range(self.dice.randint(0, 8)):
                self._pointing(self._row(table, kind=LINK), 0.85)
        for _ in range(self.dice.randint(0, 5)):
            self._pointing(self._row(self.tables.kept, kind=OUTSIDE), 0.7)
        for row in self.vendor.of(self.tables.person):
            self._pointing(row, 0.4)

    def _pointing(self, row: Row, often: float) -> None:
        for key in row.table.keys:
            able = self.vendor.of(key.target)
            if key.plain and able and self.dice.random() < often:
                row.point(key, self.dice.choice(able))

    def _row(self, table: Entity, about: frozenset[int] = frozenset(), **more: str) -> Row:
        self.vendor.rows.append(self._new(table, about, **more))
        return self.vendor.rows[-1]

    def _new(self, table: Entity, about: frozenset[int], **more: str) -> Row:
        at = len(self.vendor.rows) + 1
        values: dict[str, object] = dict.fromkeys(table.columns)
        values |= {name: at if isinstance(table.columns[name], Integer) else f"n{at}" for name in table.primary}
        values |= {name: f"{name} {at}" for name in ("x", "naam") if name in values}
        return Row(table, values, about, **more)


def _after(row: Row, key: Key) -> bool:
    """Say whether a key stands behind the one that decides, so that it decides nothing."""
    order = row.table.belongs
    return row.decides is not None and order.index(key) > order.index(row.decides)


def _true_owner(owner: Row, other: Row) -> bool:
    return owner.about <= other.about and bool(owner.about) == bool(other.about)


def _may_belong(new: Row, key: Key, holder: Row) -> bool:
    """Say whether `new` may name this row as the one it belongs to; by a key that owns too both are about the same."""
    if key.owns:
        return holder.about == new.about
    return holder.about <= new.about and bool(holder.about) == bool(new.about)


def _may_own(owner: Row, key: Key, new: Row) -> bool:
    if not _true_owner(owner, new):
        return False
    if key not in owner.table.belongs or _after(owner, key):
        return True
    return owner.about == new.about == owner.covered  # the key would decide: older rows must tell whose it is too
