"""What still stands in the history of the footprint's tables after their rows were erased."""

from dataclasses import dataclass

from hervat.erasure.errors import guarded
from hervat.erasure.statements.effects import keepers_met
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class History:
    """So many rows of a table that are gone and that its history keeps, and the statement that ends it."""

    table: str
    rows: int
    statement: str


def history_kept(local: LocalSystem) -> tuple[History, ...]:
    """Return the tables of which erased rows stand in a history that can be counted. Raises CleaningError."""
    counted = [one for one in keepers_met(local) if one.history]
    if not counted:
        return ()
    with guarded(local.name, "counting what the history keeps"), local.engine.connect() as connection:
        found = [
            History(one.table, int(connection.exec_driver_sql(one.history).scalar() or 0), one.statement)
            for one in counted
        ]
    return tuple(one for one in found if one.rows)
