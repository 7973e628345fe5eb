"""A column as one long text, taken apart here: many rows cost the driver more than the query costs the database."""

from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, func, select

from hervat.databases.interface import Gathered

_BETWEEN = "/"  # in no BSN; where it stands in a cell all the same, the number of cells tells


def gathered(connection: Connection, wanted: Select[Any]) -> list[Gathered] | None:
    """Return what `Database.gathered` does, None where a cell holds the sign that is put between two cells."""
    text, *said = wanted.subquery().c
    joined = func.aggregate_strings(text, _BETWEEN)
    asked = select(func.count(), func.count(text), joined, *said).group_by(*said)
    found = [(tuple(those), _cells(whole), filled, rows) for rows, filled, whole, *those in connection.execute(asked)]
    if any(len(cells) != filled for _, cells, filled, _ in found):
        return None
    return [(those, cells.extend_constant(None, rows - filled)) for those, cells, filled, rows in found]


def _cells(whole: str | None) -> pl.Series:
    """Take the text apart; None is that of no cell."""
    return pl.Series([whole], dtype=pl.String).drop_nulls().str.split(_BETWEEN).explode(empty_as_null=False)
