"""Which table a person is found in by BSN: candidates, the likeliest first."""

from dataclasses import dataclass

from hervat.cleaning.schema import Schema, TableInfo
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.columns import holds_bsn
from hervat.cleaning.suggest.words import flat, says

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
        _guess(table, column.name, schema)
        for table in schema.tables.values()
        for column in table.sa.columns
        if holds_bsn(column)
    ]
    return sorted(found, key=lambda one: (-one.score, one.table, one.column))


def _guess(table: TableInfo, column: str, schema: Schema) -> PersonGuess:
    pointing = {key.table for key in schema.keys if key.target == table.name and key.table != table.name}
    named, unique = _named(table.name), table.is_unique((column,))
    why = ["a BSN by name and type"]
    why += ["the table is named for persons"] if named > 0 else []
    why += [f"{len(pointing)} {'table points' if len(pointing) == 1 else 'tables point'} to it"] if pointing else []
    why += [] if unique else ["it is not unique: a person with several rows is set aside"]
    score = named + min(len(pointing), _POINTERS) + unique - 3 * says(column, vocabulary.ROLES)
    return PersonGuess(table.name, column, score, "; ".join(why))


def _named(name: str) -> int:
    score = 0
    if says(name, vocabulary.PERSON):
        score = 6 if flat(name).endswith(vocabulary.PERSON) else 4
    elif says(name, vocabulary.PERSON_LIKE):
        score = 4
    roles = says(name, vocabulary.ROLES) and flat(name) not in vocabulary.PERSON
    return score - (5 if roles else 0) - (4 if says(name, vocabulary.KEPT) else 0)
