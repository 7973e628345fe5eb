"""Policy restrict in SQL: which rows lack a mark, and the statement that sets it."""

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.sql.dml import Update

from hervat.erasure.footprint.marks import Mark
from hervat.erasure.schema.joins import among
from hervat.erasure.selection.reach import Reach


def unmarked_rows(mark: Mark, reach: Reach) -> ColumnElement[bool]:
    """Say that a row belongs to what is restricted and does not bear the mark yet."""
    set_ = reach.sets[mark.table]
    return and_(among(set_.primary, set_.rows(lost=0)), mark.missing(reach.schema[mark.table].sa))


def mark_statement(mark: Mark, reach: Reach) -> Update:
    """Return the statement that sets one mark where it is missing."""
    return update(reach.schema[mark.table].sa).where(unmarked_rows(mark, reach)).values({mark.column: mark.literal})
