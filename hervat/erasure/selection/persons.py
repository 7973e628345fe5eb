"""Finding persons by BSN, whichever way a system spells it."""

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
from hervat.erasure.footprint.shape import RootTable
from hervat.erasure.schema.model import TableInfo
from hervat.erasure.selection.key_sets import KeySet, Scratch
from hervat.erasure.selection.verdict import person_columns, root_join
from hervat.erasure.system import LocalSystem

BsnPairs: TypeAlias = list[tuple[str, str]]
Conditions: TypeAlias = Callable[[ColumnElement[str]], list[ColumnElement[bool]]]

_DIGITS = 9
_SPELLINGS_BY_ZEROS = (1, 90, 3500)  # upper bound for a BSN with that many leading zeros, in nine characters
_MAX_SPELLINGS = 100_000


def lookup(table: TableInfo, bsn: str, pairs: BsnPairs, database: Database) -> tuple[BsnPairs, Conditions]:
    """Return the (person, text) pairs to search for, and the SQL conditions under which a row carries such a text.

    A row meets at most one condition for one person's BSN. A number is compared as a number. With an index, a text of
    at most nine characters is looked up in every spelling that fits; a longer text as nine digits, and other spellings
    are normalised. Without an index every text is normalised.
    """
    column = table.column(bsn)
    if database.holds(column, types.Numeric, types.Integer):
        return pairs, lambda asked: [column == cast(asked, BigInteger)]
    length = column.type.length if isinstance(column.type, String) else 0
    if not table.is_indexed((bsn,)) or (length is not None and length < _DIGITS):
        return pairs, lambda asked: [database.normalised_bsn(column) == asked]
    if fits_nine_only(column, database) and _few_spellings(pairs):
        return all_spellings(pairs, database.pads(column)), lambda asked: [database.bears(column, asked)]
    is_odd = database.odd(column)
    return pairs, lambda asked: [
        and_(database.bears(column, asked), not_(is_odd)),
        and_(is_odd, database.normalised_bsn(column) == asked),
    ]


def fits_nine_only(column: ColumnElement[Any], database: Database) -> bool:
    """True if a column has room for nine characters and no more."""
    return database.holds(column, String) and getattr(column.type, "length", None) == _DIGITS


def all_spellings(pairs: BsnPairs, padded: bool) -> BsnPairs:
    """Return every spelling of each BSN that fits in nine characters; padded: trailing blanks are ignored."""
    return sorted({(key, text.rstrip(" ") if padded else text) for key, digits in pairs for text in spellings(digits)})


def spellings(digits: str) -> set[str]:
    """Return the texts of at most nine characters that `hervat.bsn.normalised` reads as these nine digits.

    Only lost leading zeros make room for other spellings: 012345672 may be 12345672, "12345672 " or 1234.5672.
    """
    zeros = _zeros(digits)
    shorter = (text for lost in range(1, zeros + 1) for text in _written(digits[lost:], lost))
    return {digits, *(text for text in shorter if len(text) <= _DIGITS and normalised(text) == digits)}


def _written(number: str, room: int) -> Iterator[str]:
    """Yield the number as a system may write it: as a decimal, or with up to `room` characters of noise."""
    yield from (number, f"{number}.0", f"{number}.00")
    for count in range(1, room + 1):
        for places in combinations_with_replacement(range(len(number) + 1), count):
            for noise in product(NOISE, repeat=count):
                yield _with_noise(number, places, noise)


def _with_noise(number: str, places: tuple[int, ...], noise: tuple[str, ...]) -> str:
    for place, character in sorted(zip(places, noise, strict=True), reverse=True):
        number = number[:place] + character + number[place:]
    return number


def _few_spellings(pairs: BsnPairs) -> bool:
    zeros = [_zeros(digits) for _, digits in pairs]
    return (
        max(zeros, default=0) < len(_SPELLINGS_BY_ZEROS)
        and sum(_SPELLINGS_BY_ZEROS[count] for count in zeros) <= _MAX_SPELLINGS
    )


def _zeros(digits: str) -> int:
    return len(digits) - len(digits.lstrip("0"))


Persons: TypeAlias = Mapping[str, frozenset[str]]

_PERSON = "hervat_person"
_TEXT, _NUMBER = String(128), Integer()


def bsn_pairs(persons: Persons) -> BsnPairs:
    """Return (person's key, nine digits) for each valid BSN."""
    return sorted({(key, digits) for key, bsns in persons.items() for bsn in bsns if (digits := normalised(bsn))})


class AskedPersons:
    """The persons that were asked for, found in the person table and the root tables of this transaction.

    `found` have a true root, `unknown` a root of unknown law, `doubles` more than one person row.
    """

    def __init__(self, connection: Connection, local: LocalSystem, persons: Persons) -> None:
        self._connection, self._local = connection, local
        self._shape, self._schema = local.shape, local.schema
        self._rows = self._find_rows(bsn_pairs(persons))
        key = self._rows.c.hervat_key
        self._double = select(key).group_by(key).having(func.count() > 1)  # persons with more than one person row
        self.owners = {root.table: self._find_roots(at, root) for at, root in enumerate(local.shape.roots)}
        self.doubles = frozenset(connection.scalars(self._double))
        verdicts = {
            (person, verdict)
            for owners in self.owners.values()
            for person, verdict in connection.execute(select(owners.c.person, owners.c.verdict).distinct())
        }
        self.found = frozenset(person for person, verdict in verdicts if verdict == 1)
        self.unknown = frozenset(person for person, verdict in verdicts if verdict is None)

    def start(self, sets: Mapping[str, KeySet]) -> None:
        """Add the corrected roots to the sets of the root tables: true roots of persons without a double."""
        for table, owners in self.owners.items():
            single = owners.c.person.not_in(self._double)
            query = select(*self.owner_keys(table)).where(owners.c.verdict == 1, single).distinct()
            sets[table].add(query, 0)

    def owner_keys(self, table: str) -> list[Column[Any]]:
        """Return the columns that hold the primary key of a root."""
        return [self.owners[table].c[f"k{at}"] for at in range(len(self._schema[table].primary))]

    def _find_rows(self, pairs: BsnPairs) -> Scratch:
        """Save the columns of each person row (all of their rows) that the roots' joins and conditions need."""
        table = self._schema[self._shape.person]
        columns = {name: table.column(name) for name in person_columns(self._shape)}
        rows = Scratch(self._connection, _PERSON, {"hervat_key": _text(), **columns})
        texts, conditions = lookup(table, self._shape.bsn, pairs, database_of(self._connection))
        asked = Scratch(self._connection, "hervat_asked", {"person": _text(), "bsn": _text()})
        asked.load(texts)
        asked.analyze()
        for condition in conditions(asked.c.bsn):
            joined = table.sa.join(asked.table, condition)
            rows.fill(select(asked.c.person, *columns.values()).select_from(joined))
        rows.settle()
        return rows

    def _find_roots(self, at: int, root: RootTable) -> Scratch:
        """Return the roots of the persons in one root table, with their verdicts."""
        person = self._rows.table
        join = root_join(self._local, root, person)
        keys = {f"k{at}": join.root.c[name] for at, name in enumerate(self._schema[root.table].primary)}
        columns = {"person": _text(), **keys, "verdict": cast(null(), _NUMBER)}
        roots = Scratch(self._connection, f"hervat_found{at}", columns)
        query = select(person.c.hervat_key, *keys.values(), join.verdict).select_from(join.joined)
        roots.fill(query.distinct())
        roots.settle()
        return roots


def _text() -> ColumnElement[str | None]:
    return cast(null(), _TEXT)
