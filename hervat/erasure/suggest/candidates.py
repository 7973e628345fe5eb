"""Candidates for the person table, the root and the path between them, the likeliest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Column, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from hervat.erasure.footprint.keys import paths_between
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.naming import flat, holds_bsn, law_columns, points_by_primary, says, words

_POINTERS = 3


@dataclass(frozen=True)
class PersonGuess:
    """A table with a column of BSNs, how likely it is the person table, and why."""

    table: str
    column: str
    score: int
    why: str


def persons(schema: Schema) -> list[PersonGuess]:
    """Return every column that may hold BSNs as a guess at the person table, the likeliest first."""
    found = [
        _person_guess(table, column.name, schema)
        for table in schema.tables.values()
        for column in table.sa.columns
        if holds_bsn(column)
    ]
    return sorted(found, key=lambda one: (-one.score, one.table, one.column))


def _person_guess(table: TableInfo, column: str, schema: Schema) -> PersonGuess:
    pointing = {key.table for key in schema.keys if key.target == table.name and key.table != table.name}
    named, unique = _named_as_person(table.name), table.is_unique((column,))
    why = ["a BSN by name and type"]
    why += ["the table is named for persons"] if named > 0 else []
    why += [f"{len(pointing)} {'table points' if len(pointing) == 1 else 'tables point'} to it"] if pointing else []
    why += [] if unique else ["it is not unique: a person with several rows is set aside"]
    score = named + min(len(pointing), _POINTERS) + unique - 3 * says(column, naming.ROLES)
    return PersonGuess(table.name, column, score, "; ".join(why))


def _named_as_person(name: str) -> int:
    score = 0
    if says(name, naming.PERSON):
        score = 6 if flat(name).endswith(naming.PERSON) else 4
    elif says(name, naming.PERSON_LIKE):
        score = 4
    roles = says(name, naming.ROLES) and flat(name) not in naming.PERSON
    return score - (5 if roles else 0) - (4 if says(name, naming.KEPT) else 0)


ENOUGH = 4


@dataclass(frozen=True)
class RootGuess:
    """A table that leads to the person, how likely it is the root, and why."""

    table: str
    score: int
    why: str


def roots(schema: Schema, keys: tuple[Key, ...], person: str) -> list[RootGuess]:
    """Return the tables from which keys lead to the person as guesses at the root, the likeliest first."""
    found = [_root_guess(schema, name, steps) for name, steps in distances(keys, person).items() if name != person]
    return sorted((one for one in found if one.score >= ENOUGH), key=lambda one: (-one.score, one.table))


def distances(keys: tuple[Key, ...], person: str) -> dict[str, int]:
    """Return for each table from which the person can be reached how many keys that takes."""
    found, steps = {person: 0}, 0
    while more := {key.table for key in keys if found.get(key.target) == steps} - set(found):
        steps += 1
        found |= dict.fromkeys(more, steps)
    return found


def _root_guess(schema: Schema, name: str, steps: int) -> RootGuess:
    named, law = _named_as_root(name), law_columns(schema[name])
    why = ["its name says so"] if named >= ENOUGH else []
    why += [f"its column {law[0]} names a law"] if law else []
    why += ["it leads to the person"] if steps == 1 else [f"it leads to the person over {steps} keys"]
    return RootGuess(name, named + (4 if law else 0) - min(steps, 3), "; ".join(why))


def _named_as_root(name: str) -> int:
    if says(name, naming.KEPT) or says(name, ("soort", "type", "status", "historie")):
        return -8
    whole = flat(name)
    if says(name, naming.ROOT):
        return 14 if whole.endswith(naming.ROOT) else 10
    if whole == "inburgering":
        return 9
    if naming.ROOT_FAMILY in whole:
        return 6
    return 3 if says(name, naming.ROOT_LIKE) else 0


Way = tuple[Key, ...]
_ENOUGH = 12


def ranked_ways(
    schema: Schema, keys: tuple[Key, ...], root: str, person: str
) -> list[tuple[tuple[int, int, int], Way]]:
    """Return the ways with their ranks, the best (lowest) first.

    A key with the name of a role (partner, contact) is another person; a shared primary key is the same person for
    certain; else the shorter way.
    """
    found = list(islice(paths_between(root, person, keys), _ENOUGH))
    return sorted(((_rank(schema, way), way) for way in found), key=lambda one: (one[0], tuple(map(str, one[1]))))


def _rank(schema: Schema, way: Way) -> tuple[int, int, int]:
    roles = sum(says(name, naming.ROLES) for key in way for name in key.columns)
    kinds = all(points_by_primary(key, schema[key.table]) for key in way)
    return roles, 0 if kinds else 1, len(way)


def words_of(way: Way) -> str:
    """Return a way in words."""
    return "[" + ", ".join(map(str, way)) + "]"


_TAIL = 5


def guess_links(schema: Schema, person: PersonGuess | None) -> list[Key]:
    """Return a link for each column without a key whose name and type fit a table's primary key or the person's BSN."""
    return [link for table in schema.tables.values() for link in _of(table, schema, person)]


def _of(table: TableInfo, schema: Schema, person: PersonGuess | None) -> Iterator[Key]:
    in_keys = {name for key in table.keys for name in key.columns}
    for column in table.sa.columns:
        if column.name in in_keys:
            continue
        if holds_bsn(column):
            if person and table.name != person.table:
                yield Key(table.name, (column.name,), person.table, (person.column,), declared=False)
        elif target := _target(table, column, schema):
            yield Key(table.name, (column.name,), target.name, target.primary, declared=False)


def _target(table: TableInfo, column: Column[object], schema: Schema) -> TableInfo | None:
    able = [
        other
        for other in schema.tables.values()
        if other is not table and len(other.primary) == 1 and _fits(column.type, other.column(other.primary[0]).type)
    ]
    by_key = [other for other in able if _same_key(column.name, other.primary[0])]
    return _one(by_key) or _by_stem(column.name, able)


def _same_key(column: str, primary: str) -> bool:
    return flat(primary) not in naming.GENERIC_KEYS and flat(column) == flat(primary)


def _by_stem(column: str, able: list[TableInfo]) -> TableInfo | None:
    """Return the table that is named before (or behind) `id`, `nr` and the like; its last word may be enough."""
    stem = _stem(column)
    if not stem:
        return None
    exact = [other for other in able if flat(other.name) in (stem, f"{stem}en", f"{stem}s", f"{stem}n")]
    tails = [other for other in able if len(stem) >= _TAIL and flat(other.name).endswith(stem)]
    heads = [other for other in able if len(flat(other.name)) >= _TAIL and stem.endswith(flat(other.name))]
    last = words(column)[:-1][-1:] if len(words(column)) > 2 else ()
    ends = [other for other in able for one in last if len(one) >= _TAIL and flat(other.name).endswith(one)]
    return _one(exact) or _one(tails) or _one(heads) or _one(ends)


def _stem(column: str) -> str:
    parts = words(column)
    rest = [word for word in parts if word not in naming.KEY_WORDS]
    if len(rest) < len(parts):
        return "".join(rest)
    whole = flat(column)
    ending = next((end for end in ("nummer", "id", "nr") if whole.endswith(end)), "")
    return whole.removesuffix(ending) if ending and len(whole) - len(ending) >= _TAIL - 1 else ""


def _one(found: list[TableInfo]) -> TableInfo | None:
    return found[0] if len(found) == 1 else None


def _fits(one: TypeEngine[object], other: TypeEngine[object]) -> bool:
    numbers, texts = (Integer, Numeric), (String,)
    return any(isinstance(one, kind) and isinstance(other, kind) for kind in (numbers, texts)) or type(one) is type(
        other
    )
