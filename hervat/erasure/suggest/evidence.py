"""Evidence from the rows: counts, one query for each key. Of the values only the names of kinds are read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, case, exists, func, select
from typing_extensions import override

from hervat.databases import database_of
from hervat.erasure.footprint.polymorphic import Kind, kinds_of
from hervat.erasure.schema.joins import equal, filled, key_columns, sides
from hervat.erasure.schema.model import Key, Schema


@dataclass(frozen=True)
class Use:
    """How a key is used: rows in which it is filled, rows that it points to, and how many of these are shared."""

    filled: int
    targets: int
    shared: int

    def __str__(self) -> str:
        if not self.filled:
            return "no row uses it yet"
        return f"filled in {self.filled} rows, which point to {self.targets}; shared among these: {self.shared}"


class Counts(Protocol):
    """The counts that a suggestion can ask for; None if the rows are not read."""

    def use(self, key: Key) -> Use | None:
        """Return how a key is used."""

    def matched(self, key: Key) -> tuple[int, int] | None:
        """Return in how many rows a link is filled, and how many of these find a row at its other end."""

    def spelled(self, table: str, column: str, spellings: Iterable[str]) -> dict[str, int] | None:
        """Return how many rows have each of these spellings."""

    def kinds(self, table: str, column: str, kind: str) -> list[Kind] | None:
        """Return the kinds beside a column that may point to several tables."""


class NoCounts(Counts):
    """No rows are read: only names decide."""

    @override
    def use(self, _key: Key) -> Use | None:
        return None

    @override
    def matched(self, _key: Key) -> tuple[int, int] | None:
        return None

    @override
    def spelled(self, _table: str, _column: str, _spellings: Iterable[str]) -> dict[str, int] | None:
        return None

    @override
    def kinds(self, _table: str, _column: str, _kind: str) -> list[Kind] | None:
        return None


class RowCounts(Counts):
    """Counts in a database, over a connection that only reads. Each match is counted once."""

    def __init__(self, connection: Connection, schema: Schema) -> None:
        self._connection, self._schema = connection, schema
        self._matched: dict[Key, tuple[int, int]] = {}

    @override
    def use(self, key: Key) -> Use | None:
        columns = key_columns(key, self._schema[key.table].sa)
        each = select(func.count().label("n")).where(filled(columns)).group_by(*columns).subquery()
        several = func.sum(case((each.c.n > 1, 1), else_=0))
        query = select(func.coalesce(func.sum(each.c.n), 0), func.count(), func.coalesce(several, 0))
        return Use(*(int(count) for count in self._connection.execute(query.select_from(each)).one()))

    @override
    def matched(self, key: Key) -> tuple[int, int] | None:
        if key not in self._matched:
            self._matched[key] = self._match(key)
        return self._matched[key]

    def _match(self, key: Key) -> tuple[int, int]:
        source, target = self._schema[key.table].sa, self._schema[key.target].sa.alias()
        left, right = sides(key, source, target)
        has_target = exists().where(equal(left, right)).correlate(source)
        matched = select(func.count()).select_from(source).where(filled(left), has_target)
        total = select(func.count()).select_from(source).where(filled(left))
        return self._connection.scalar(total) or 0, self._connection.scalar(matched) or 0

    @override
    def spelled(self, table: str, column: str, spellings: Iterable[str]) -> dict[str, int] | None:
        text, texts = database_of(self._connection).as_text(self._schema[table].column(column)), tuple(spellings)
        counts = [func.coalesce(func.sum(case((text == spelling, 1), else_=0)), 0) for spelling in texts]
        row = self._connection.execute(select(*counts)).one()
        return {spelling: int(count) for spelling, count in zip(texts, row, strict=True)}

    @override
    def kinds(self, table: str, column: str, kind: str) -> list[Kind] | None:
        return kinds_of(self._connection, self._schema, table, column, kind)
