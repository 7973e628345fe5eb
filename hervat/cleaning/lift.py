"""Lifting a restriction: old values go back where the mark still stands."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.sql.dml import Update

from hervat.cleaning.databases import Database
from hervat.cleaning.errors import CleaningError, guarded
from hervat.cleaning.kept import Kept
from hervat.cleaning.lock import locked
from hervat.cleaning.schema import TableInfo
from hervat.cleaning.system import LocalSystem


def lift(local: LocalSystem, kept: Sequence[Kept]) -> int:
    """Put old values back, in one transaction, where the mark still stands. Return how many were put back.

    Of several values kept of one column of one row the last counts. Raises CleaningError; then nothing was changed.
    """
    groups: defaultdict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in reversed(kept):  # the mark stands for the first alone
        groups[one.table, one.column].append(_values(one))
    with guarded(local.name, "lifting a restriction"), locked(local) as connection:
        local.database.begin_writing(connection)
        lifted = 0
        for (table, column), values in groups.items():
            if column not in (local.schema[table].columns if table in local.schema.tables else ()):
                raise CleaningError(
                    f"system {local.name}: {table}.{column} is gone: {len(values)} kept values stay kept"
                )
            lifted += connection.execute(_statement(local.schema[table], column, local.database), values).rowcount
        connection.commit()
    return lifted


def _values(one: Kept) -> dict[str, Any]:
    return {"v_old": one.old, "v_mark": one.mark, **{f"v_k{at}": value for at, value in enumerate(one.key)}}


def _statement(table: TableInfo, column: str, database: Database) -> Update:
    same = [
        database.bare(table.column(name)) == database.bound(f"v_k{at}", table.column(name))
        for at, name in enumerate(table.primary)
    ]
    target = table.column(column)
    stands = database.bare(target).is_not_distinct_from(database.bound("v_mark", target))
    return update(table.sa).where(*same, stands).values({column: database.bound("v_old", target)})
