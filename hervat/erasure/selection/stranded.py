"""Rows inside the footprint that no root reaches (design, Cleaning 8): counted, never erased.

Table by table, from the roots down. Usually nothing is stranded, so the stranded rows are stored, not the reached ones.
Only tables that hold each other in a cycle are walked, from the rows held from outside the cycle.
"""

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, not_, or_, select, true

from hervat.databases import database_of
from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.schema.groups import Group, sorted_groups
from hervat.erasure.schema.joins import filled, of_kind
from hervat.erasure.schema.model import Schema
from hervat.erasure.selection.key_sets import KeySet
from hervat.erasure.selection.reach import Reach, deciding_conditions, held_condition


class Stranded:
    """Counts the stranded rows of each table on creation: `rows`, by table, only tables that have any."""

    def __init__(self, connection: Connection, shape: Shape, schema: Schema) -> None:
        self._connection, self._shape, self._schema = connection, shape, schema
        self._enforced = database_of(connection).enforces_keys()
        self._sets: dict[str, KeySet] = {}
        self.rows: dict[str, int] = {}
        for group in self._groups():
            straight = len(group) == 1 and not any(holding.holder in group for holding in shape.held_by(group[0]))
            self._table(group[0]) if straight else self._cycle(group)

    def _groups(self) -> list[Group]:
        held = self._shape.held
        return sorted_groups(held, [(way.holder, way.held) for way in self._shape.holdings if way.holder in held])

    def _table(self, table: str) -> None:
        if self._none_stranded(table):
            return
        reached = or_(self._elsewhere(table), *(self._well_held(holding) for holding in self._shape.held_by(table)))
        self._count(table, case((reached, 1), else_=0) == 0)

    def _none_stranded(self, table: str) -> bool:
        """True if no row can be stranded: its deciding key may not be NULL and no holder is stranded."""
        return any(
            not holding.owned
            and not holding.unless
            and holding.key.declared
            and holding.key.sure
            and self._enforced
            and not set(holding.key.columns) & self._schema[table].nullable
            and holding.holder in self._shape.nodes
            and holding.holder not in self._sets
            for holding in self._shape.held_by(table)
        )

    def _well_held(self, holding: Holding) -> ColumnElement[bool]:
        """SQL condition: the row is held, by this holding, by a row that is not stranded itself."""
        if holding.holder not in self._shape.nodes:
            return false()
        stranded = self._sets.get(holding.holder)
        return held_condition(
            self._schema, holding, lambda holder: not_(stranded.holds(holder)) if stranded else true()
        )

    def _kind_holdings(self, table: str) -> list[Holding]:
        return [holding for holding in self._shape.held_by(table) if holding.key.when and not holding.owned]

    def _elsewhere(self, table: str) -> ColumnElement[bool]:
        """SQL condition: the row's deciding key names, by the row's kind, something outside the footprint."""
        return or_(
            false(), *(_of_another_kind(self._schema, self._shape, holding) for holding in self._kind_holdings(table))
        )

    def _cycle(self, group: Group) -> None:
        """Walk the cycle from the rows that are held from outside it; rows that the walk misses are stranded."""
        reach = Reach(self._shape, self._schema, "hervat_e", group)
        reach.create(self._connection)
        for table in group:
            outside = [holding for holding in self._shape.held_by(table) if holding.holder not in group]
            set_ = reach.sets[table]
            query = select(*set_.primary).where(or_(false(), *(self._well_held(holding) for holding in outside)))
            set_.add(query, 0)
        reach.spread(group)
        for table in group:
            set_ = reach.sets[table]
            not_elsewhere = [case((self._elsewhere(table), 1), else_=0) == 0] if self._kind_holdings(table) else []
            self._count(table, and_(not_(set_.holds(set_.table.sa)), *not_elsewhere))

    def _count(self, table: str, condition: ColumnElement[bool]) -> None:
        info = self._schema[table]
        count = self._connection.scalar(select(func.count()).select_from(info.sa).where(condition)) or 0
        if count:
            self.rows[table] = count
            set_ = self._sets[table] = KeySet(info, f"hervat_u{len(self._sets)}")
            set_.create(self._connection)
            set_.add(select(*set_.primary).where(condition), 0)


def _of_another_kind(schema: Schema, shape: Shape, holding: Holding) -> ColumnElement[bool]:
    source = schema[holding.held].sa
    kinds = [key for key in shape.keys_of(holding.held) if key.columns == holding.key.columns and key.when]
    other = [not_(of_kind(key, source)) for key in kinds]
    return and_(*deciding_conditions(schema, holding), filled([source.c[name] for name in holding.key.columns]), *other)
