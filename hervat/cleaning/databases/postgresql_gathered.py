"""A column of PostgreSQL as one long text: many rows cost the driver more than the query costs the server."""

from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, String, func, select

from hervat.cleaning.databases.base import Gathered

_BETWEEN = "/"  # in no BSN; where it stands in a cell all the same, the number of cells tells


def gathered(connection: Connection, wanted: Select[Any]) -> list[Gathered] | None:
    """Return what `Database.gathered` does, None where a cell holds the sign that is put between two cells."""
    text, *said = wanted.subquery().c
    whole = func.string_agg(text, _BETWEEN, type_=String())
    asked = select(func.count(), func.count(text), whole, *said).group_by(*said)
    found = [(tuple(those), _cells(joined), filled, rows) for rows, filled, joined, *those in connection.execute(asked)]
    if any(len(cells) != filled for _, cells, filled, _ in found):
        return None
    return [(those, cells.extend_constant(None, rows - filled)) for those, cells, filled, rows in found]


def _cells(joined: str | None) -> pl.Series:
    """Take the text apart; None is that of no cell."""
    return pl.Series([joined], dtype=pl.String).drop_nulls().str.split(_BETWEEN).explode(empty_as_null=False)
