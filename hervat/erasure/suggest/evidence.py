"""Evidence from the rows: counts, one query a key. Of values the names of kinds alone are read into hervat."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, case, exists, func, select

from hervat.databases import database_of
from hervat.erasure.footprint.polymorphic import Kind, kinds_of
from hervat.erasure.schema.joins import equal, filled, key_columns, sides
from hervat.erasure.schema.model import Key, Schema


@dataclass(frozen=True)
class Use:
    """How a key is used: rows in which it is filled, rows it points to, and how many of those serve several rows."""

    filled: int
    targets: int
    shared: int

    def __str__(self) -> str:
        if not self.filled:
            return "no row uses it yet"
        return f"filled in {self.filled} rows, which point to {self.targets}; shared among these: {self.shared}"


class Counts(Protocol):
    """What a suggestion may ask of the rows; None where nothing was looked at."""

    def use(self, key: Key) -> Use | None:
        """Return how a key is used."""

    def matched(self, key: Key) -> tuple[int, int] | None:
        """Return in how many rows a link is filled, and how many of these find a row at its other end."""

    def spelled(self, table: str, column: str, spellings: Iterable[str]) -> dict[str, int] | None:
        """Return how many rows hold each of these spellings of ours."""

    def kinds(self, table: str, column: str, kind: str) -> list[Kind] | None:
        """Return the kinds that stand beside a column that may point to one table or another."""


class NoCounts:
    """Nothing is looked at: names alone decide."""

    def use(self, _key: Key) -> Use | None:
        """Return None."""
        return None

    def matched(self, _key: Key) -> tuple[int, int] | None:
        """Return None."""
        return None

    def spelled(self, _table: str, _column: str, _spellings: Iterable[str]) -> dict[str, int] | None:
        """Return None."""
        return None

    def kinds(self, _table: str, _column: str, _kind: str) -> list[Kind] | None:
        """Return None."""
        return None


class RowCounts:
    """Counts in a database, over a connection that only reads. Each question is asked once."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection, self._schema = connection, schema
        self._matched: dict[Key, tuple[int, int]] = {}

    def use(self, key: Key) -> Use | None:
        """Return how a key is used."""
        columns = key_columns(key, self._schema[key.table].sa)
        each = select(func.count().label("n")).where(filled(columns)).group_by(*columns).subquery()
        several = func.sum(case((each.c.n > 1, 1), else_=0))
        wanted = select(func.coalesce(func.sum(each.c.n), 0), func.count(), func.coalesce(several, 0))
        return Use(*(int(one) for one in self._connection.execute(wanted.select_from(each)).one()))

    def matched(self, key: Key) -> tuple[int, int] | None:
        """Return in how many rows a link is filled, and how many of these find a row at its other end."""
        if key not in self._matched:
            self._matched[key] = self._match(key)
        return self._matched[key]

    def _match(self, key: Key) -> tuple[int, int]:
        source, target = self._schema[key.table].sa, self._schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        found = exists().where(equal(left, right)).correlate(source)
        met = select(func.count()).select_from(source).where(filled(left), found)
        total = select(func.count()).select_from(source).where(filled(left))
        return self._connection.scalar(total) or 0, self._connection.scalar(met) or 0

    def spelled(self, table: str, column: str, spellings: Iterable[str]) -> dict[str, int] | None:
        """Return how many rows hold each of these spellings of ours."""
        asked, wanted = database_of(self._connection).as_text(self._schema[table].column(column)), tuple(spellings)
        each = [func.coalesce(func.sum(case((asked == one, 1), else_=0)), 0) for one in wanted]
        row = self._connection.execute(select(*each)).one()
        return {one: int(count) for one, count in zip(wanted, row, strict=True)}

    def kinds(self, table: str, column: str, kind: str) -> list[Kind] | None:
        """Return the kinds that stand beside a column that may point to one table or another."""
        return kinds_of(self._connection, self._schema, table, column, kind)
