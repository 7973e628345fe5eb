"""Fetch a column as one long text and split it here: the driver is slower per row than the database."""

from typing import Any

import polars as pl
from sqlalchemy import Connection, Select, func, select

from hervat.databases.interface import Gathered

_BETWEEN = "/"  # not in a BSN; if a cell has it all the same, the number of cells shows it


def gathered(connection: Connection, query: Select[Any]) -> list[Gathered] | None:
    """Return `Database.gathered`, or None if a cell holds the separator."""
    text, *others = query.subquery().c
    joined = func.aggregate_strings(text, _BETWEEN)
    aggregated = select(func.count(), func.count(text), joined, *others).group_by(*others)
    groups = [
        (tuple(values), _cells(whole), filled, rows) for rows, filled, whole, *values in connection.execute(aggregated)
    ]
    if any(len(cells) != filled for _, cells, filled, _ in groups):
        return None
    return [(values, cells.extend_constant(None, rows - filled)) for values, cells, filled, rows in groups]


def _cells(whole: str | None) -> pl.Series:
    """Take the text apart; None is that of no cell."""
    return pl.Series([whole], dtype=pl.String).drop_nulls().str.split(_BETWEEN).explode(empty_as_null=False)
