"""Where the persons of a plan stand in a system: the primary keys of their root rows. It only reads."""

from collections import defaultdict

from sqlalchemy import select

from hervat.bsn import normalised
from hervat.cleaning.errors import guarded
from hervat.cleaning.persons import AskedPersons, Persons
from hervat.cleaning.system import LocalSystem

HIDDEN = "(the BSN)"
"""Shown for a part of a primary key that is the person's BSN itself."""


def root_keys(local: LocalSystem, persons: Persons) -> dict[str, list[str]]:
    """Return person's key -> `table key` of each root row under the Wi2021; who has none there is left out.

    Its temporary tables are rolled back. Raises CleaningError when the database can't be read.
    """
    with guarded(local.name, "looking up the persons"), local.engine.connect() as connection:
        local.database.begin_reading(connection)
        try:
            asked, found = AskedPersons(connection, local.shape, local.schema, persons), defaultdict(list)
            for table, owners in asked.owners.items():
                keys = asked.owner_keys(table)
                wanted = select(owners.c.person, *keys).where(owners.c.verdict == 1).order_by(*keys).distinct()
                for person, *parts in connection.execute(wanted):
                    shown = ", ".join(HIDDEN if normalised(str(one)) in persons[person] else str(one) for one in parts)
                    found[person].append(f"{table} {shown}")
            return dict(found)
        finally:
            connection.rollback()
