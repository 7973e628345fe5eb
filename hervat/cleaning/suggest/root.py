"""Which table says that a person stands under the Wi2021: candidates that lead to the person, the likeliest first."""

from dataclasses import dataclass

from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.columns import law_columns
from hervat.cleaning.suggest.words import flat, says

ENOUGH = 4


@dataclass(frozen=True)
class RootGuess:
    """A table that leads to the person, how likely it is the root, and why."""

    table: str
    score: int
    why: str


def roots(schema: Schema, keys: tuple[Key, ...], person: str) -> list[RootGuess]:
    """Return the tables from which keys lead to the person as guesses at the root, the likeliest first."""
    found = [_guess(schema, name, steps) for name, steps in distances(keys, person).items() if name != person]
    return sorted((one for one in found if one.score >= ENOUGH), key=lambda one: (-one.score, one.table))


def distances(keys: tuple[Key, ...], person: str) -> dict[str, int]:
    """Return for each table from which the person can be reached how many keys that takes."""
    found, steps = {person: 0}, 0
    while more := {key.table for key in keys if found.get(key.target) == steps} - set(found):
        steps += 1
        found |= dict.fromkeys(more, steps)
    return found


def _guess(schema: Schema, name: str, steps: int) -> RootGuess:
    named, law = _named(name), law_columns(schema[name])
    why = ["its name says so"] if named >= ENOUGH else []
    why += [f"its column {law[0]} names a law"] if law else []
    why += ["it leads to the person"] if steps == 1 else [f"it leads to the person over {steps} keys"]
    return RootGuess(name, named + (4 if law else 0) - min(steps, 3), "; ".join(why))


def _named(name: str) -> int:
    if says(name, vocabulary.KEPT) or says(name, ("soort", "type", "status", "historie")):
        return -8
    whole = flat(name)
    if says(name, vocabulary.ROOT):
        return 14 if whole.endswith(vocabulary.ROOT) else 10
    if whole == "inburgering":
        return 9
    if vocabulary.ROOT_FAMILY in whole:
        return 6
    return 3 if says(name, vocabulary.ROOT_LIKE) else 0
