"""Updates of surviving rows: keys to erased rows set to NULL (Cleaning 7), and the marks of policy restrict."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.sql.dml import Update

from hervat.erasure.footprint.marks import Mark
from hervat.erasure.footprint.shape import Holding, Shape
from hervat.erasure.schema.joins import among
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.selection.reach import Reach, has_single_holder


@dataclass(frozen=True)
class Nulling:
    """Columns to set to NULL, for the keys (with the same columns) that need it. No columns: a blocker."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[Key, ...]

    @property
    def names(self) -> list[str]:
        """The columns as table.column."""
        return [f"{self.table}.{column}" for column in self.columns]


def nullings(shape: Shape, schema: Schema) -> list[Nulling]:
    """Return the keys that may have to be set to NULL, table by table, whatever the data.

    Link rows never survive; nor does a row that holds an erased row by an `owns` key: it would have kept it; nor a row
    that the erased row alone holds: it is erased too.
    """
    never_surviving = {
        holding.key for holding in shape.holdings if holding.owned or _is_single_holder(holding, shape, schema)
    }
    keys_by_columns: dict[tuple[str, tuple[str, ...]], list[Key]] = {}
    for key in shape.pointing_in:
        if key.table not in shape.links and key not in never_surviving:
            columns = nullable_columns(key, shape, schema)
            keys_by_columns.setdefault((key.table, columns or key.columns), []).append(key)
    return [
        Nulling(table, columns if nullable_columns(keys[0], shape, schema) else (), tuple(keys))
        for (table, columns), keys in sorted(keys_by_columns.items())
    ]


def _is_single_holder(holding: Holding, shape: Shape, schema: Schema) -> bool:
    return not holding.unless and holding.key.declared and has_single_holder(shape, schema, holding.held)


def nullable_columns(key: Key, shape: Shape, schema: Schema) -> tuple[str, ...]:
    """Return the nullable columns of a key, if possible only those that no other key needs."""
    nullable = tuple(name for name in key.columns if name in schema[key.table].nullable)
    if key.full:  # MATCH FULL: all of them, or none
        return nullable if nullable == key.columns else ()
    others = {name for other in shape.keys_of(key.table) if other.columns != key.columns for name in other.columns}
    return tuple(name for name in nullable if name not in others) or nullable


def unmarked_rows_condition(mark: Mark, reach: Reach) -> ColumnElement[bool]:
    """SQL condition: the row is to be restricted and does not carry the mark yet."""
    set_ = reach.sets[mark.table]
    return and_(among(set_.primary, set_.rows(lost=0)), mark.missing_condition(reach.schema[mark.table].sa))


def mark_statement(mark: Mark, reach: Reach) -> Update:
    """Return the statement that sets one mark where it is missing."""
    return (
        update(reach.schema[mark.table].sa)
        .where(unmarked_rows_condition(mark, reach))
        .values({mark.column: mark.literal})
    )
