"""Rows that triggers write to tables outside the schema: counted before and after, in one transaction."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, table

from hervat.erasure.errors import ConservationError
from hervat.erasure.statements.effects import triggers_met
from hervat.erasure.system import LocalSystem

NO_RIGHT = "not counted: no right to read it, or it stands on another server"


class Elsewhere:
    """Row counts taken when it is made. `uncounted`: tables that triggers name and whose growth can't be counted."""

    def __init__(self, connection: Connection, local: LocalSystem) -> None:
        self._connection, self._local = connection, local
        named = sorted({name for trigger in triggers_met(local) for name in trigger.elsewhere} - local.schema.views)
        self._counted = [name for name in named if local.database.may_count(connection, *_schema_and_table(name))]
        self._before, self._server = self._counts(), local.database.written_so_far(connection)
        without = [name for name in named if name not in self._counted] if self._server is None else []
        self.uncounted = tuple(f"{name}: {NO_RIGHT}" for name in without)

    def grown(self) -> dict[str, int]:
        """Return by how many rows tables grew: those that triggers name, and others that the server saw written to.

        Raises ConservationError, naming the tables, if rows were deleted from one: no plan named them.
        """
        now = self._counts()
        counted = {name: now[name] - count for name, count in self._before.items()}
        differences = {**dict(self._seen_by_server()), **counted}
        if shrunk := {name: rows for name, rows in differences.items() if rows < 0}:
            counts = ", ".join(f"{name} ({rows:+d} rows)" for name, rows in sorted(shrunk.items()))
            advice = "let a link in the footprint take these rows in, or let the vendor look at the trigger"
            message = f"a trigger would take rows from tables outside the plan: {counts}; nothing was done; {advice}"
            raise ConservationError(f"system {self._local.name}: {message}")
        return {name: rows for name, rows in sorted(differences.items()) if rows}

    def _seen_by_server(self) -> Iterator[tuple[str, int]]:
        if self._server is None:
            return
        now = self._local.database.written_so_far(self._connection) or {}
        for name, (inserted, deleted) in now.items():
            if name not in self._local.schema.tables:
                before = self._server.get(name, (0, 0))
                yield name, inserted - deleted - (before[0] - before[1])

    def _counts(self) -> dict[str, int]:
        return {name: self._count(name) for name in self._counted}

    def _count(self, name: str) -> int:
        schema, bare = _schema_and_table(name)
        query = select(func.count()).select_from(table(bare, schema=schema or None))
        return self._connection.scalar(query) or 0


def _schema_and_table(name: str) -> tuple[str, str]:
    schema, _, bare = name.rpartition(".")
    return schema, bare
