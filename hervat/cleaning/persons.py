"""The asked persons in the database: their BSNs, their person rows, their roots. All in temporary tables."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    null,
    select,
)

from hervat.bsn import normalised
from hervat.cleaning.databases import database_of
from hervat.cleaning.rooted import rooted
from hervat.cleaning.schema import Schema
from hervat.cleaning.shape import Shape
from hervat.cleaning.workspace import KeySet, analyze, create_as

Persons: TypeAlias = Mapping[str, frozenset[str]]

_ASKED = Table("hervat_asked", MetaData(), Column("person", String), Column("bsn", String))
_DOUBLE = Table("hervat_double", MetaData(), Column("person", String))
_AT_A_TIME = 5000
_NOTHING = func.coalesce(literal(1, Integer), 1) == 0


class AskedPersons:
    """Who was asked for, found in the person table and in the root table of this transaction.

    `found` have a true root, `unknown` one of which the law is unknown, `doubles` more than one person row.
    """

    def __init__(self, connection: Connection, shape: Shape, schema: Schema, persons: Persons) -> None:
        self._connection, self._shape, self._schema = connection, shape, schema
        root = schema[shape.root]
        keys = [Column(f"k{at}", root.column(name).type) for at, name in enumerate(root.primary)]
        self.owners = Table("hervat_found", MetaData(), Column("person", String), *keys, Column("verdict", Integer))
        self.owner_keys: list[Column[Any]] = [self.owners.c[one.name] for one in keys]
        self._load(persons)
        self._find_doubles()
        self._find_roots()
        self.doubles = frozenset(connection.scalars(select(_DOUBLE.c.person)))
        self.found = self._with(self.owners.c.verdict == 1)
        self.unknown = self._with(self.owners.c.verdict.is_(None))

    def start(self, roots: KeySet) -> None:
        """Put the corrected roots into the root table's set: true ones of persons who are not double."""
        single = self.owners.c.person.not_in(select(_DOUBLE.c.person))
        added = self._connection.execute(roots.add(self.owner_keys, [self.owners.c.verdict == 1, single], 0))
        roots.settle(self._connection, added.rowcount)

    def _load(self, persons: Persons) -> None:
        create_as(self._connection, _ASKED, select(_text(), _text()).where(_NOTHING))
        pairs = {(key, bsn) for key, bsns in persons.items() for one in bsns if (bsn := normalised(one))}
        rows = [{"person": key, "bsn": bsn} for key, bsn in sorted(pairs)]
        for at in range(0, len(rows), _AT_A_TIME):
            self._connection.execute(insert(_ASKED), rows[at : at + _AT_A_TIME])
        analyze(self._connection, _ASKED, len(rows))

    def _find_doubles(self) -> None:
        create_as(self._connection, _DOUBLE, select(_text()).where(_NOTHING))
        table = self._schema[self._shape.person]
        bsn = database_of(self._connection).normalised_bsn(table.column(self._shape.bsn))
        joined = table.sa.join(_ASKED, _ASKED.c.bsn == bsn)
        several = select(_ASKED.c.person).select_from(joined).group_by(_ASKED.c.person).having(func.count() > 1)
        self._connection.execute(insert(_DOUBLE).from_select(["person"], several))

    def _find_roots(self) -> None:
        source = rooted(self._shape, self._schema, database_of(self._connection))
        keys = [source.root.c[name] for name in self._schema[self._shape.root].primary]
        create_as(self._connection, self.owners, select(_text(), *keys, cast(null(), Integer)).where(_NOTHING))
        joined = source.joined.join(_ASKED, _ASKED.c.bsn == source.bsn)
        wanted = select(_ASKED.c.person, *keys, source.verdict).select_from(joined).distinct()
        names = ["person", *(one.name for one in self.owner_keys), "verdict"]
        added = self._connection.execute(insert(self.owners).from_select(names, wanted))
        analyze(self._connection, self.owners, added.rowcount)

    def _with(self, condition: ColumnElement[bool]) -> frozenset[str]:
        return frozenset(self._connection.scalars(select(self.owners.c.person).where(condition).distinct()))


def _text() -> ColumnElement[str | None]:
    return cast(null(), String)
