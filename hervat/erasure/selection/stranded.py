"""Rows inside the footprint that no root reaches at all (design, Cleaning 8): counted, never erased.

Table by table, from the roots down: what is stranded is usually nothing, so that it is kept and not what is reached.
Only tables that hold each other in a circle are walked from what reaches them from outside the circle.
"""

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, not_, or_, select, true

from hervat.databases import database_of
from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.schema.groups import Group, sorted_groups
from hervat.erasure.schema.joins import filled, of_kind
from hervat.erasure.schema.model import Schema
from hervat.erasure.selection.key_sets import KeySet
from hervat.erasure.selection.reach import Reach, decides, held_when


class Stranded:
    """Counts the stranded rows of each table when it is made: `rows`, by table, those that have any."""

    def __init__(self, connection: Connection, shape: Shape, schema: Schema) -> None:
        self._connection, self._shape, self._schema = connection, shape, schema
        self._enforced = database_of(connection).enforces_keys()
        self._sets: dict[str, KeySet] = {}
        self.rows: dict[str, int] = {}
        for group in self._groups():
            straight = len(group) == 1 and not any(one.holder in group for one in shape.held_by(group[0]))
            self._straight(group[0]) if straight else self._circle(group)

    def _groups(self) -> list[Group]:
        held = self._shape.held
        return sorted_groups(held, [(one.holder, one.held) for one in self._shape.holdings if one.holder in held])

    def _straight(self, table: str) -> None:
        if self._all_hang(table):
            return
        reached = or_(self._elsewhere(table), *(self._well_held(one) for one in self._shape.held_by(table)))
        self._note(table, case((reached, 1), else_=0) == 0)

    def _all_hang(self, table: str) -> bool:
        """Say whether no row can be stranded: its deciding key may not be null and no holder is stranded."""
        return any(
            not one.owned
            and not one.unless
            and one.key.declared
            and one.key.sure
            and self._enforced
            and not set(one.key.columns) & self._schema[table].nullable
            and one.holder in self._shape.nodes
            and one.holder not in self._sets
            for one in self._shape.held_by(table)
        )

    def _well_held(self, one: Holding) -> ColumnElement[bool]:
        """Say that a row is held, this way, by a row that is not stranded itself."""
        if one.holder not in self._shape.nodes:
            return false()
        lost = self._sets.get(one.holder)
        return held_when(self._schema, one, lambda holder: not_(lost.holds(holder)) if lost else true())

    def _bound(self, table: str) -> list[Holding]:
        return [one for one in self._shape.held_by(table) if one.key.when and not one.owned]

    def _elsewhere(self, table: str) -> ColumnElement[bool]:
        """Say that a row's deciding key names, by the row's kind, something of which the footprint does not know."""
        return or_(false(), *(_of_another_kind(self._schema, self._shape, one) for one in self._bound(table)))

    def _circle(self, group: Group) -> None:
        """Walk the circle from the rows that are held from outside it; what the walk does not meet is stranded."""
        reach = Reach(self._shape, self._schema, "hervat_e", group)
        reach.create(self._connection)
        for table in group:
            outside = [one for one in self._shape.held_by(table) if one.holder not in group]
            set_ = reach.sets[table]
            wanted = select(*set_.primary).where(or_(false(), *(self._well_held(one) for one in outside)))
            set_.add(wanted, 0)
        reach.spread(group)
        for table in group:
            set_ = reach.sets[table]
            astray = [case((self._elsewhere(table), 1), else_=0) == 0] if self._bound(table) else []
            self._note(table, and_(not_(set_.holds(set_.table.sa)), *astray))

    def _note(self, table: str, condition: ColumnElement[bool]) -> None:
        info = self._schema[table]
        count = self._connection.scalar(select(func.count()).select_from(info.sa).where(condition)) or 0
        if count:
            self.rows[table] = count
            set_ = self._sets[table] = KeySet(info, f"hervat_u{len(self._sets)}")
            set_.create(self._connection)
            set_.add(select(*set_.primary).where(condition), 0)


def _of_another_kind(schema: Schema, shape: Shape, one: Holding) -> ColumnElement[bool]:
    source = schema[one.held].sa
    kinds = [key for key in shape.keys_of(one.held) if key.columns == one.key.columns and key.when]
    other = [not_(of_kind(key, source)) for key in kinds]
    return and_(*decides(schema, one), filled([source.c[name] for name in one.key.columns]), *other)
