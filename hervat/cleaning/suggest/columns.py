"""What a column may hold, by its name and its type."""

from typing import Any

from sqlalchemy import Column, Date, DateTime, Float, Integer, Numeric, SmallInteger, String

from hervat.cleaning.schema import Key, TableInfo
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.words import flat, says, words

_DIGITS = 9


def holds_bsn(column: Column[Any]) -> bool:
    """Say whether a column may hold BSNs: its name says so, and nine digits fit in it as text or as a number."""
    kind, whole = column.type, flat(column.name)
    named = "bsn" in words(column.name) or whole.startswith("bsn") or whole.endswith("bsn")
    if not (named or says(column.name, vocabulary.BSN)):
        return False
    if isinstance(kind, String):
        return kind.length is None or kind.length >= _DIGITS
    return isinstance(kind, Integer | Numeric | Float) and not isinstance(kind, SmallInteger)


def law_columns(table: TableInfo) -> list[str]:
    """Return the columns that name a law, the plainest name first."""
    found = [name for name in table.columns if says(name, vocabulary.LAW)]
    return sorted(found, key=lambda name: (len(words(name)), table.columns.index(name)))


def start_columns(table: TableInfo) -> list[str]:
    """Return the columns with the day on which something starts."""
    days = [column.name for column in table.sa.columns if isinstance(column.type, Date | DateTime)]
    return [name for name in days if any(term in flat(name) for term in vocabulary.START)]


def is_text(column: Column[Any]) -> bool:
    """Say whether a column holds text."""
    return isinstance(column.type, String)


def points_by_primary(key: Key, table: TableInfo) -> bool:
    """Say whether a key is its table's primary key: the row is a kind of the row it points to."""
    return set(key.columns) == set(table.primary)
