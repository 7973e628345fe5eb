"""Erasing while the database enforces no key: where it would refuse each row of a circle, or cascade on its own.

Afterwards hervat looks itself, with a lock on what it looks at, that nothing names what was erased. A row that somebody
else has put in meanwhile is seen by that look, though the cleaning's own snapshot does not show it.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, func, select

from hervat.cleaning.erasing import Erasure
from hervat.cleaning.errors import ConservationError
from hervat.cleaning.schema import Key
from hervat.cleaning.system import LocalSystem

_TAME = ("", "NO ACTION", "RESTRICT")


def goes_unenforced(local: LocalSystem, group: Sequence[str]) -> bool:
    """Say whether tables are erased so: those of a circle, one that points to itself, one from which keys cascade."""
    if local.database.circles != "unchecked":
        return False
    cascades = any(key.on_delete.upper() not in _TAME for key in _into(local, group))
    return len(group) > 1 or cascades or any(key.table in group for key in _into(local, group))


def erase_unenforced(connection: Connection, local: LocalSystem, erasure: Erasure, group: Sequence[str]) -> list[int]:
    """Erase from these tables. Return how many rows of each; raise ConservationError when one is still named."""
    with local.database.unenforced(connection):
        done = [connection.execute(erasure.delete_statement(name)).rowcount for name in group]
    for key in _into(local, group):
        if left := connection.scalar(still_naming(erasure, key)):
            text = f"{left} rows of {key.table} came to point to what would be erased, by {key}; nothing was done"
            raise ConservationError(f"system {local.name}: {text}")
    return done


def still_naming(erasure: Erasure, key: Key) -> Select[int]:
    """Return the count of rows that name, by this key, what was erased: as they are now, and locked."""
    source = erasure.reach.schema[key.table].sa
    counted = select(func.count()).select_from(source).where(erasure.names_erased(key, source))
    return counted.with_for_update(read=True)


def _into(local: LocalSystem, group: Sequence[str]) -> list[Key]:
    return [key for key in local.shape.pointing_in if key.declared and key.target in group]
