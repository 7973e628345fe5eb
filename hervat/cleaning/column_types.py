"""Columns by what they hold: one of a domain (`create domain bsn as varchar(9)`) is one of the type beneath it."""

from typing import Any

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine


def column_of(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """Return a column of the type beneath, however deep. A plan's hash has the domain, which `info` keeps as "type"."""
    plain = beneath(kind)
    return Column(name, plain) if plain is kind else Column(name, plain, info={"type": str(kind)})


def beneath(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that a domain is made of, any other type as it is."""
    inner = getattr(kind, "data_type", None)
    return kind if inner is None else beneath(inner)
