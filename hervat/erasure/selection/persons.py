"""Finding persons by BSN, however a system spells it."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations_with_replacement, product
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    and_,
    cast,
    func,
    not_,
    null,
    select,
    types,
)

from hervat.bsn import normalised
from hervat.databases import NOISE, Database, database_of
from hervat.erasure.footprint.shape import RootTable, Shape
from hervat.erasure.schema.model import Schema, TableInfo
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.selection.root_joins import met_columns, rooted

Pairs: TypeAlias = list[tuple[str, str]]
Conditions: TypeAlias = Callable[[ColumnElement[str]], list[ColumnElement[bool]]]

_DIGITS = 9
_SPELLINGS = (1, 90, 3500)  # at most so many by zeros in front, in nine characters
_MOST = 100_000


def looked_up(table: TableInfo, bsn: str, pairs: Pairs, database: Database) -> tuple[Pairs, Conditions]:
    """Return what to look for, as (person, text), and the conditions under which a row bears such a text.

    A row fulfils at most one condition for one person's BSN. A number is compared as a number. Under an index a text
    of at most nine characters is looked up in every spelling that fits; a longer one as nine digits, and what is
    spelled otherwise there is normalised. Without an index every text is normalised.
    """
    column = table.column(bsn)
    if database.holds(column, types.Numeric, types.Integer):
        return pairs, lambda asked: [column == cast(asked, BigInteger)]
    room = column.type.length if isinstance(column.type, String) else 0
    if not table.is_indexed((bsn,)) or (room is not None and room < _DIGITS):
        return pairs, lambda asked: [database.normalised_bsn(column) == asked]
    if only_nine(column, database) and _few(pairs):
        return all_spelled(pairs, database.pads(column)), lambda asked: [database.bears(column, asked)]
    odd = database.odd(column)
    return pairs, lambda asked: [
        and_(database.bears(column, asked), not_(odd)),
        and_(odd, database.normalised_bsn(column) == asked),
    ]


def only_nine(column: ColumnElement[Any], database: Database) -> bool:
    """Say whether a column has room for nine characters and no more."""
    return database.holds(column, String) and getattr(column.type, "length", None) == _DIGITS


def all_spelled(pairs: Pairs, padded: bool) -> Pairs:
    """Return every spelling of each BSN that fits in nine characters; padded: blanks at the end say nothing."""
    return sorted({(key, text.rstrip(" ") if padded else text) for key, digits in pairs for text in spellings(digits)})


def spellings(digits: str) -> set[str]:
    """Return the texts of at most nine characters that `hervat.bsn.normalised` reads as these nine digits."""
    if digits[0] != "0":
        return {digits}  # nothing else fits
    found = {digits}
    for lost in range(1, _zeros(digits) + 1):
        kept = digits[lost:]
        found |= {kept, f"{kept}.0", f"{kept}.00"}
        for count in range(1, lost + 1):
            for places in combinations_with_replacement(range(len(kept) + 1), count):
                found |= {_with(kept, places, noise) for noise in product(NOISE, repeat=count)}
    return {text for text in found if len(text) <= _DIGITS and normalised(text) == digits}


def _with(kept: str, places: tuple[int, ...], noise: tuple[str, ...]) -> str:
    for place, one in sorted(zip(places, noise, strict=True), reverse=True):
        kept = kept[:place] + one + kept[place:]
    return kept


def _few(pairs: Pairs) -> bool:
    zeros = [_zeros(digits) for _, digits in pairs]
    return max(zeros, default=0) < len(_SPELLINGS) and sum(_SPELLINGS[one] for one in zeros) <= _MOST


def _zeros(digits: str) -> int:
    return len(digits) - len(digits.lstrip("0"))


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
