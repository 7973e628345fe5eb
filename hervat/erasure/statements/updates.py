"""Keys of surviving rows that name erased ones: nulled where they may be, else the plan stops (Cleaning 7)."""

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
    """Columns that are set to null, for the keys (with the same columns) that need it. No columns: a blocker."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[Key, ...]

    @property
    def names(self) -> list[str]:
        """The columns as table.column."""
        return [f"{self.table}.{column}" for column in self.columns]


def nullings(shape: Shape, schema: Schema) -> list[Nulling]:
    """Return what may have to be set to null, table by table, whatever the data.

    Link rows never survive; nor does a row that holds an erased one by an `owns` key: it would have kept it; nor one
    that the erased one alone holds: it is erased too.
    """
    sure = {one.key for one in shape.holdings if one.owned or _alone(one, shape, schema)}
    found: dict[tuple[str, tuple[str, ...]], list[Key]] = {}
    for key in shape.pointing_in:
        if key.table not in shape.links and key not in sure:
            columns = nullable_columns(key, shape, schema)
            found.setdefault((key.table, columns or key.columns), []).append(key)
    return [
        Nulling(table, () if _blocks(keys[0], shape, schema) else columns, tuple(keys))
        for (table, columns), keys in sorted(found.items())
    ]


def _alone(one: Holding, shape: Shape, schema: Schema) -> bool:
    return not one.unless and one.key.declared and has_single_holder(shape, schema, one.held)


def nullable_columns(key: Key, shape: Shape, schema: Schema) -> tuple[str, ...]:
    """Return the nullable columns of a key; where it can be, none that another key needs too."""
    able = tuple(name for name in key.columns if name in schema[key.table].nullable)
    if key.full:  # MATCH FULL: all of them, or none
        return able if able == key.columns else ()
    others = {name for other in shape.keys_of(key.table) if other.columns != key.columns for name in other.columns}
    return tuple(name for name in able if name not in others) or able


def _blocks(key: Key, shape: Shape, schema: Schema) -> bool:
    return not nullable_columns(key, shape, schema)


def unmarked_rows_condition(mark: Mark, reach: Reach) -> ColumnElement[bool]:
    """Say that a row belongs to what is restricted and does not bear the mark yet."""
    set_ = reach.sets[mark.table]
    return and_(among(set_.primary, set_.rows(lost=0)), mark.missing(reach.schema[mark.table].sa))


def mark_statement(mark: Mark, reach: Reach) -> Update:
    """Return the statement that sets one mark where it is missing."""
    return (
        update(reach.schema[mark.table].sa)
        .where(unmarked_rows_condition(mark, reach))
        .values({mark.column: mark.literal})
    )
