"""The asked persons in the database: their BSNs, their person rows, their roots. All in temporary tables."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Column, ColumnElement, Connection, Integer, String, cast, func, null, select

from hervat.bsn import normalised
from hervat.cleaning.databases import database_of
from hervat.cleaning.rooted import met_columns, rooted
from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import RootTable, Shape
from hervat.cleaning.spelled import Pairs, looked_up
from hervat.cleaning.workspace import KeySet, Scratch

Persons: TypeAlias = Mapping[str, frozenset[str]]

_PERSON = "hervat_person"
_TEXT, _NUMBER = String(128), Integer()


def pairs(persons: Persons) -> Pairs:
    """Return (person's key, nine digits) for each BSN that is one."""
    return sorted({(key, bsn) for key, bsns in persons.items() for one in bsns if (bsn := normalised(one))})


class AskedPersons:
    """Who was asked for, found in the person table and in the root tables of this transaction.

    `found` have a true root, `unknown` one of which the law is unknown, `doubles` more than one person row.
    """

    def __init__(self, connection: Connection, shape: Shape, schema: Schema, persons: Persons) -> None:
        self._connection, self._shape, self._schema = connection, shape, schema
        self._rows = self._find_rows(pairs(persons))
        self._double = self._find_doubles()
        self.owners = {root.table: self._find_roots(at, root) for at, root in enumerate(shape.roots)}
        self.doubles = frozenset(connection.scalars(select(self._double.c.person)))
        self.found = self._with(lambda verdict: verdict == 1)
        self.unknown = self._with(lambda verdict: verdict.is_(None))

    def start(self, sets: Mapping[str, KeySet]) -> None:
        """Put the corrected roots into the sets of the root tables: true ones of persons who are not double."""
        for table, owners in self.owners.items():
            single = owners.c.person.not_in(select(self._double.c.person))
            wanted = select(*self.owner_keys(table)).where(owners.c.verdict == 1, single).distinct()
            sets[table].add(wanted, 0)

    def owner_keys(self, table: str) -> list[Column[Any]]:
        """Return the columns that hold the primary key of a root."""
        return [self.owners[table].c[f"k{at}"] for at in range(len(self._schema[table].primary))]

    def _find_rows(self, wanted: Pairs) -> Scratch:
        """Keep of each person's row (of all his rows) what the way to it needs, under the names it has there."""
        table = self._schema[self._shape.person]
        columns = {name: table.column(name) for name in met_columns(self._shape)}
        found = Scratch(self._connection, _PERSON, {"hervat_key": _text(), **columns})
        texts, conditions = looked_up(table, self._shape.bsn, wanted, database_of(self._connection))
        asked = Scratch(self._connection, "hervat_asked", {"person": _text(), "bsn": _text()})
        asked.load(texts)
        asked.analyze()
        for condition in conditions(asked.c.bsn):
            joined = table.sa.join(asked.table, condition)
            found.fill(select(asked.c.person, *columns.values()).select_from(joined))
        found.settle()
        return found

    def _find_doubles(self) -> Scratch:
        key = self._rows.c.hervat_key
        found = Scratch(self._connection, "hervat_double", {"person": _text()})
        found.fill(select(key).group_by(key).having(func.count() > 1))
        return found

    def _find_roots(self, at: int, root: RootTable) -> Scratch:
        person = self._rows.table
        source = rooted(root, self._shape, self._schema, database_of(self._connection), person)
        keys = {f"k{at}": source.root.c[name] for at, name in enumerate(self._schema[root.table].primary)}
        columns = {"person": _text(), **keys, "verdict": cast(null(), _NUMBER)}
        found = Scratch(self._connection, f"hervat_found{at}", columns)
        wanted = select(person.c.hervat_key, *keys.values(), source.verdict).select_from(source.joined)
        found.fill(wanted.distinct())
        found.settle()
        return found

    def _with(self, says: Any) -> frozenset[str]:
        return frozenset(key for owners in self.owners.values() for key in self._keys(owners, says))

    def _keys(self, owners: Scratch, says: Any) -> Iterator[str]:
        yield from self._connection.scalars(select(owners.c.person).where(says(owners.c.verdict)).distinct())


def _text() -> ColumnElement[str | None]:
    return cast(null(), _TEXT)
