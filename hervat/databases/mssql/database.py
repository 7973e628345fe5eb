"""SQL Server: connecting, temporary tables, deleting and rights."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    BinaryExpression,
    ColumnElement,
    Connection,
    Engine,
    Exists,
    Function,
    Select,
    Table,
    and_,
    exists,
    not_,
    text,
)
from sqlalchemy.dialects.mssql.base import MSSQLCompiler
from sqlalchemy.sql.elements import Tuple
from sqlalchemy.sql.operators import OperatorType
from typing_extensions import override

from hervat.databases.drivers import untried
from hervat.databases.interface import ENGINE_OPTIONS, Database, Timeouts, create_as
from hervat.databases.mssql.catalogue import MssqlCatalogue, MssqlKeepers
from hervat.databases.mssql.connection import engine_on
from hervat.databases.mssql.values import MssqlValues


class MssqlWriter(MSSQLCompiler):
    """Writes (a, b) IN (SELECT ...) as EXISTS, which this server knows."""

    def visit_in_op_binary(self, binary: BinaryExpression[Any], operator: OperatorType, **kw: Any) -> str:
        """Return `in`."""
        if isinstance(binary.left, Tuple):
            return self.process(_is_there(binary), **kw)
        return self._generate_generic_binary(binary, " IN ", **kw)

    def visit_not_in_op_binary(self, binary: BinaryExpression[Any], operator: OperatorType, **kw: Any) -> str:
        """Return `not in`: unknown, so not true, where one of the columns is null."""
        if isinstance(binary.left, Tuple):
            filled = [column.is_not(None) for column in binary.left.clauses]
            return f"({self.process(and_(*filled, not_(_is_there(binary))), **kw)})"
        return str(super().visit_not_in_op_binary(binary, operator, **kw))  # type: ignore[no-untyped-call]

    def visit_substr_func(self, function: Function[Any], **kw: Any) -> str:
        """Return `substr`, whose name differs here."""
        return f"SUBSTRING{self.function_argspec(function, **kw)}"


def _is_there(binary: BinaryExpression[Any]) -> Exists:
    columns: list[ColumnElement[Any]] = list(binary.left.clauses)
    rows = binary.right.element.subquery()
    same = and_(*(column == other for column, other in zip(columns, rows.c, strict=True)))
    return exists().select_from(rows).where(same).correlate_except(rows)


_LOCK = text("""
    set nocount on; declare @taken int;
    exec @taken = sp_getapplock @Resource = 'hervat', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
    select @taken
""")
_SNAPSHOT = text("select snapshot_isolation_state from sys.databases where name = db_name()")
_RIGHT = text("""
    select has_perms_by_name(quotename(coalesce(:schema, schema_name())) + '.' + quotename(:table), 'OBJECT', :right)
""")


class Mssql(MssqlValues, MssqlCatalogue, MssqlKeepers, Database):
    """SQL Server: key sets in #tables of the session, one snapshot where the database allows it, else SERIALIZABLE."""

    name = "mssql"

    @override
    def engine(self, system: str, url: URL, timeouts: Timeouts) -> Engine:
        """Raises UsageError where the driver is not installed."""
        engine = engine_on(system, url, timeouts.lock, timeouts.statement, **ENGINE_OPTIONS)
        engine.dialect.statement_compiler = MssqlWriter
        return engine

    @override
    def begin_reading(self, connection: Connection) -> None:
        allowed = connection.scalar(_SNAPSHOT)
        connection.rollback()
        connection.execution_options(isolation_level="SNAPSHOT" if allowed == 1 else "SERIALIZABLE")

    @override
    def try_lock(self, connection: Connection) -> bool:
        """The session's lock ends with the connection."""
        taken = connection.scalar(_LOCK)
        connection.commit()
        return taken is not None and taken >= 0

    @override
    def warnings(self) -> list[str]:
        return [untried(self.name)]

    @override
    def temporary(self, name: str) -> str:
        return f"#{name}"

    @override
    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """No index: a snapshot allows none. UNION: else an identity column would come along as one."""
        form = "SELECT * INTO {name} FROM ({body} UNION ALL {body}) AS hervat_shape"
        create_as(connection, table, shape, form)

    @override
    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """Here one null is as another, but for a filtered index, which is read as none."""
        return False

    @override
    def drop_index(self, table: str, schema: str, index: str) -> str:
        return f"DROP INDEX {index} ON {table}"

    @override
    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        return [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not connection.scalar(_RIGHT, {"schema": schema, "table": table, "right": right})
        ]
