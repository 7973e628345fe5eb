"""Which of several ways from the root to the person is meant."""

from itertools import islice

from hervat.cleaning.path import ways_between
from hervat.cleaning.schema import Key, Schema
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.columns import points_by_primary
from hervat.cleaning.suggest.words import says

Way = tuple[Key, ...]
_ENOUGH = 12


def ranked_ways(
    schema: Schema, keys: tuple[Key, ...], root: str, person: str
) -> list[tuple[tuple[int, int, int], Way]]:
    """Return the ways with their ranks, the best (lowest) first.

    A key with the name of a role (partner, contact) is another person; a shared primary key is the same person for
    certain; else the shorter way.
    """
    found = list(islice(ways_between(root, person, keys), _ENOUGH))
    return sorted(((_rank(schema, way), way) for way in found), key=lambda one: (one[0], tuple(map(str, one[1]))))


def _rank(schema: Schema, way: Way) -> tuple[int, int, int]:
    roles = sum(says(name, vocabulary.ROLES) for key in way for name in key.columns)
    kinds = all(points_by_primary(key, schema[key.table]) for key in way)
    return roles, 0 if kinds else 1, len(way)


def words_of(way: Way) -> str:
    """Return a way in words."""
    return "[" + ", ".join(map(str, way)) + "]"
