"""The proof after the commit: on a new connection, by another way than the deletion's, no true root is left."""

from collections.abc import Collection

from sqlalchemy import Text, cast, select

from hervat.bsn import normalised
from hervat.cleaning.errors import guarded
from hervat.cleaning.marks import unmarked
from hervat.cleaning.persons import Persons
from hervat.cleaning.rooted import rooted
from hervat.cleaning.system import LocalSystem

_AT_A_TIME = 1000


def roots_left(local: LocalSystem, persons: Persons, set_aside: Collection[str]) -> int:
    """Return how many true (and under restrict unmarked) roots of these persons stand, those set aside apart.

    All true roots are streamed and their BSNs, as they are written there, normalised here and not in SQL.
    """
    wanted = {normalised(bsn) for key, bsns in persons.items() if key not in set_aside for bsn in bsns} - {None}
    source = rooted(local.shape, local.schema, local.database)
    rows = select(cast(source.raw_bsn, Text)).select_from(source.joined).where(source.verdict == 1)
    if local.system.policy == "restrict":
        rows = rows.where(unmarked(local.marks, local.shape.root, source.root))
    with guarded(local.name, "reading back"), local.engine.connect() as connection:
        found = connection.execution_options(yield_per=_AT_A_TIME).scalars(rows)
        return sum(normalised(bsn) in wanted for bsn in found)
