"""Erased rows that are still in the history of their table (system versioning, archives)."""

from dataclasses import dataclass

from hervat.erasure.errors import translated_errors
from hervat.erasure.statements.effects import keepers_met
from hervat.erasure.system import LocalSystem


@dataclass(frozen=True)
class History:
    """How many erased rows the history of a table keeps, and the statement that deletes them there."""

    table: str
    rows: int
    statement: str


def history_kept(local: LocalSystem) -> tuple[History, ...]:
    """Return the tables whose history, where it can be counted, keeps erased rows. Raises CleaningError."""
    counted = [keeper for keeper in keepers_met(local) if keeper.history]
    if not counted:
        return ()
    with translated_errors(local.name, "counting what the history keeps"), local.engine.connect() as connection:
        histories = [
            History(keeper.table, int(connection.exec_driver_sql(keeper.history).scalar() or 0), keeper.statement)
            for keeper in counted
        ]
    return tuple(history for history in histories if history.rows)
