"""Oracle: connecting, temporary tables, deleting and rights."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    Cast,
    Connection,
    Engine,
    Select,
    String,
    Table,
    text,
)
from sqlalchemy.dialects.oracle.base import OracleCompiler
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from hervat.databases.drivers import untried
from hervat.databases.errors import LocalSystemError
from hervat.databases.interface import ENGINE_OPTIONS, Database, Timeouts, create_as
from hervat.databases.oracle.catalogue import OracleCatalogue, OracleKeepers
from hervat.databases.oracle.connection import engine_on
from hervat.databases.oracle.values import OracleValues

_LONGEST = 4000


class OracleWriter(OracleCompiler):
    """Gives every cast to text a length."""

    def visit_cast(self, cast: Cast[Any], **kw: Any) -> str:
        """Return a cast."""
        kind = cast.typeclause.type
        if not isinstance(kind, String):
            return str(super().visit_cast(cast, **kw))  # type: ignore[no-untyped-call]
        length = min(kind.length or _LONGEST, _LONGEST)
        return f"CAST({self.process(cast.clause, **kw)} AS VARCHAR2({length} CHAR))"


_LOCK_ID = 0x27657276  # "'erv": DBMS_LOCK takes numbers below 2**30
_LOCK = text("select dbms_lock.request(id => :id, lockmode => 6, timeout => 0) from dual")
_HELD = (0, 4)  # taken, or had already
_RIGHT = text("""
    select count(*) from (select coalesce(:schema, sys_context('userenv', 'current_schema')) as owner from dual) here
    where here.owner = user or exists (select 1 from all_tab_privs where table_schema = here.owner
    and upper(table_name) = upper(:tab) and privilege = :wanted)
""")


class Oracle(OracleValues, OracleCatalogue, OracleKeepers, Database):
    """Oracle: key sets in private temporary tables, which end with the connection, and SERIALIZABLE."""

    name = "oracle"

    @override
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Raises UsageError where the driver is not installed."""
        engine = engine_on(system, url, timeouts.lock, timeouts.statement, **ENGINE_OPTIONS)
        engine.dialect.statement_compiler = OracleWriter
        return engine

    @override
    def begin_reading(self, connection: Connection) -> None:
        connection.execution_options(isolation_level="SERIALIZABLE")

    @override
    def try_lock(self, connection: Connection) -> bool:
        """Raises LocalSystemError where the account may not use DBMS_LOCK: nobody may by default."""
        try:
            taken = connection.scalar(_LOCK, {"id": _LOCK_ID})
        except DBAPIError:
            statement = "GRANT EXECUTE ON DBMS_LOCK to hervat's account"
            raise LocalSystemError(f"no lock can be taken that keeps two runs apart: {statement}") from None
        connection.commit()
        return taken in _HELD

    @override
    def warnings(self) -> list[str]:
        return [untried(self.name)]

    @override
    def temporary(self, name: str) -> str:
        return f"ORA$PTT_{name.upper()}"

    @override
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """Such a table can have no index; it outlives the commit, for the look after it."""
        form = "CREATE PRIVATE TEMPORARY TABLE {name} ON COMMIT PRESERVE DEFINITION AS {body}"
        create_as(connection, table, shape, form)

    @override
    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """Rows without any value differ; where a value is left they may be the same."""
        return set(unique) <= set(nulled)

    @override
    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        return [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not connection.scalar(_RIGHT, {"schema": schema, "tab": table, "wanted": right})
        ]
