"""What triggers write outside the tables that hervat reads: counted before and after, in one transaction."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select, table

from hervat.erasure.errors import ConservationError
from hervat.erasure.statements.effects import triggers_met
from hervat.erasure.system import LocalSystem

NO_RIGHT = "not counted: no right to read it, or it stands on another server"


class Elsewhere:
    """Made before anything is done. `uncounted`: the tables named of which nobody can say how much they grew."""

    def __init__(self, connection: Connection, local: LocalSystem) -> None:
        self._connection, self._local = connection, local
        named = sorted({name for one in triggers_met(local) for name in one.elsewhere} - local.schema.views)
        self._counted = [name for name in named if local.database.may_count(connection, *_place(name))]
        self._before, self._server = self._counts(), local.database.written_so_far(connection)
        server_counts = self._server is not None
        self.uncounted = tuple(f"{one}: {NO_RIGHT}" for one in named if one not in self._counted and not server_counts)

    def grown(self) -> dict[str, int]:
        """Return by how much tables grew: those that were named, and any other that the server saw rows go into.

        Raises ConservationError, naming them, when rows went from a table that no plan named: nothing was done.
        """
        now = self._counts()
        off = {**dict(self._seen_by_server()), **{name: now[name] - count for name, count in self._before.items()}}
        if gone := {name: by for name, by in off.items() if by < 0}:
            told = ", ".join(f"{name} ({by:+d} rows)" for name, by in sorted(gone.items()))
            mend = "let a link in the footprint take these rows in, or let the vendor look at the trigger"
            told = f"a trigger would take rows from tables outside the plan: {told}; nothing was done; {mend}"
            raise ConservationError(f"system {self._local.name}: {told}")
        return {name: by for name, by in sorted(off.items()) if by}

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
        schema, bare = _place(name)
        wanted = select(func.count()).select_from(table(bare, schema=schema or None))
        return self._connection.scalar(wanted) or 0


def _place(name: str) -> tuple[str, str]:
    schema, _, bare = name.rpartition(".")
    return schema, bare
