"""Candidates for the person table, the root and the path between them, the likeliest first."""

from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from hervat.erasure.footprint.keys import paths_between
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.evidence import Counts
from hervat.erasure.suggest.links import guess_links, kind_links
from hervat.erasure.suggest.naming import flat, holds_bsn, law_columns, points_by_primary, says

_MAX_POINTERS = 3
_MAX_PERSONS = 5


@dataclass(frozen=True)
class PersonGuess:
    """A table with a column of BSNs, how likely it is the person table, and why."""

    table: str
    column: str
    score: int
    why: str


@dataclass(frozen=True)
class RootGuess:
    """A table that leads to the person, how likely it is the root, and why."""

    table: str
    score: int
    why: str


@dataclass(frozen=True)
class Start:
    """A person table with the keys (guessed links among them) and the roots that lead to it."""

    person: PersonGuess
    keys: tuple[Key, ...]
    roots: list[RootGuess]

    @property
    def score(self) -> int:
        """How likely person and root are together."""
        return self.person.score + (self.roots[0].score if self.roots else 0)


def starts(schema: Schema, counts: Counts) -> list[Start]:
    """Return the likeliest person tables with what leads to each, the likeliest first."""
    return [_start(schema, person, counts) for person in persons(schema)[:_MAX_PERSONS]]


def _start(schema: Schema, person: PersonGuess, counts: Counts) -> Start:
    guesses = guess_links(schema, person.table, person.column)
    links = tuple(link for link in guesses if _most_match(counts.matched(link)))
    bound = kind_links(schema, counts)
    bound_columns = {(link.table, link.columns) for link in bound}
    plain = [link for link in links if (link.table, link.columns) not in bound_columns]
    keys = tuple(dict.fromkeys((*schema.keys, *plain, *bound)))
    return Start(person, keys, roots(schema, keys, person.table))


def _most_match(matched: tuple[int, int] | None) -> bool:
    """True if most of the rows in which a link is filled find a row at its other end."""
    return matched is None or matched[1] * 2 > matched[0] or matched[0] == 0


def persons(schema: Schema) -> list[PersonGuess]:
    """Return every column that may hold BSNs as a guess at the person table, the likeliest first."""
    guesses = [
        _person_guess(table, column.name, schema)
        for table in schema.tables.values()
        for column in table.sa.columns
        if holds_bsn(column)
    ]
    return sorted(guesses, key=lambda guess: (-guess.score, guess.table, guess.column))


def _person_guess(table: TableInfo, column: str, schema: Schema) -> PersonGuess:
    pointing = {key.table for key in schema.keys if key.target == table.name and key.table != table.name}
    named, unique = _person_name_score(table.name), table.is_unique((column,))
    why = ["a BSN by name and type"]
    why += ["the table is named for persons"] if named > 0 else []
    why += [f"{len(pointing)} {'table points' if len(pointing) == 1 else 'tables point'} to it"] if pointing else []
    why += [] if unique else ["it is not unique: a person with several rows is set aside"]
    score = named + min(len(pointing), _MAX_POINTERS) + unique - 3 * says(column, naming.ROLES)
    return PersonGuess(table.name, column, score, "; ".join(why))


def _person_name_score(name: str) -> int:
    score = 0
    if says(name, naming.PERSON):
        score = 6 if flat(name).endswith(naming.PERSON) else 4
    elif says(name, naming.PERSON_LIKE):
        score = 4
    roles = says(name, naming.ROLES) and flat(name) not in naming.PERSON
    return score - (5 if roles else 0) - (4 if says(name, naming.KEPT) else 0)


_MIN_SCORE = 4


def roots(schema: Schema, keys: tuple[Key, ...], person: str) -> list[RootGuess]:
    """Return the tables from which keys lead to the person as guesses at the root, the likeliest first."""
    guesses = [_root_guess(schema, name, steps) for name, steps in distances(keys, person).items() if name != person]
    likely = [guess for guess in guesses if guess.score >= _MIN_SCORE]
    return sorted(likely, key=lambda guess: (-guess.score, guess.table))


def distances(keys: tuple[Key, ...], person: str) -> dict[str, int]:
    """Return, for each table from which the person can be reached, how many keys that takes."""
    distance, steps = {person: 0}, 0
    while more := {key.table for key in keys if distance.get(key.target) == steps} - set(distance):
        steps += 1
        distance |= dict.fromkeys(more, steps)
    return distance


def _root_guess(schema: Schema, name: str, steps: int) -> RootGuess:
    named, law = _root_name_score(name), law_columns(schema[name])
    why = ["its name says so"] if named >= _MIN_SCORE else []
    why += [f"its column {law[0]} names a law"] if law else []
    why += ["it leads to the person"] if steps == 1 else [f"it leads to the person over {steps} keys"]
    return RootGuess(name, named + (4 if law else 0) - min(steps, 3), "; ".join(why))


def _root_name_score(name: str) -> int:
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


Way: TypeAlias = tuple[Key, ...]
_MAX_WAYS = 12


def ranked_ways(
    schema: Schema, keys: tuple[Key, ...], root: str, person: str
) -> list[tuple[tuple[int, int, int], Way]]:
    """Return the ways from root to person with their ranks, the best (lowest) first.

    A key named for a role (partner, contact) is another person; a shared primary key is certainly the same person;
    otherwise the shorter way is better.
    """
    ways = islice(paths_between(root, person, keys), _MAX_WAYS)
    ranked = [(_rank(schema, way), way) for way in ways]
    return sorted(ranked, key=lambda pair: (pair[0], tuple(map(str, pair[1]))))


def _rank(schema: Schema, way: Way) -> tuple[int, int, int]:
    roles = sum(says(name, naming.ROLES) for key in way for name in key.columns)
    shared_primary = all(points_by_primary(key, schema[key.table]) for key in way)
    return roles, 0 if shared_primary else 1, len(way)


def words_of(way: Way) -> str:
    """Return a way in words."""
    return "[" + ", ".join(map(str, way)) + "]"
