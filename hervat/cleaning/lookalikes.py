"""Texts that differ from a configured one only by case, blanks, hyphens, dots or the width of their letters.

Whether 'wi2021 ' is the Wi2021 hervat can't say, and its answer must not depend on the kind of database: it is unknown,
so that the row is set aside and the gate stays shut until a person mends the row or lists the spelling.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, false

from hervat.cleaning.databases import Database
from hervat.cleaning.folding import folded


def looks_like(
    column: ColumnElement[Any], values: Iterable[Any], apart: Collection[Any], database: Database
) -> ColumnElement[bool]:
    """Say that a text, which is none of `values`, differs from one only by what `folded` leaves out.

    apart: spellings that the configuration names elsewhere; they are told apart from these values.
    """
    wanted = sorted({one for value in values if (one := folded(value))})
    if not wanted:
        return false()
    near = database.folds_to(column, wanted)
    return and_(near, column.not_in(sorted(map(str, apart)))) if apart else near
