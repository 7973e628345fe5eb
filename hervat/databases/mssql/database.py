"""SQL Server."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    BinaryExpression,
    ColumnElement,
    Connection,
    Engine,
    Exists,
    Float,
    Function,
    Numeric,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    text,
)
from sqlalchemy.dialects.mssql.base import MSSQLCompiler
from sqlalchemy.sql.elements import Tuple
from sqlalchemy.sql.operators import OperatorType

from hervat.databases.base import BLANKS, MANNERS, NOISE, Database, Waits
from hervat.databases.catalogue import SchemaCatalogue, WriteFound
from hervat.databases.model import Keeper, Outside
from hervat.databases.mssql.connection import engine_on
from hervat.databases.mssql.keepers import catalogue, keepers
from hervat.databases.temporary import create_as


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
            filled = [one.is_not(None) for one in binary.left.clauses]
            return f"({self.process(and_(*filled, not_(_is_there(binary))), **kw)})"
        return str(super().visit_not_in_op_binary(binary, operator, **kw))  # type: ignore[no-untyped-call]

    def visit_substr_func(self, function: Function[Any], **kw: Any) -> str:
        """Return `substr`, whose name differs here."""
        return f"SUBSTRING{self.function_argspec(function, **kw)}"


def _is_there(binary: BinaryExpression[Any]) -> Exists:
    columns: list[ColumnElement[Any]] = list(binary.left.clauses)
    rows = binary.right.element.subquery()
    same = and_(*(one == other for one, other in zip(columns, rows.c, strict=True)))
    return exists().select_from(rows).where(same).correlate_except(rows)


_EXACT = "Latin1_General_BIN2"
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]%"
_LOCK = text("""
    set nocount on; declare @taken int;
    exec @taken = sp_getapplock @Resource = 'hervat', @LockMode = 'Exclusive', @LockOwner = 'Session', @LockTimeout = 0;
    select @taken
""")
_SNAPSHOT = text("select snapshot_isolation_state from sys.databases where name = db_name()")
_OUTSIDE = text("""
    select iif(c.schema_id = schema_id(), c.name, schema_name(c.schema_id) + '.' + c.name),
    iif(t.schema_id = schema_id(), t.name, schema_name(t.schema_id) + '.' + t.name),
    iif(k.delete_referential_action > 0 or k.is_disabled = 1, 1, 0) from sys.foreign_keys k
    join sys.tables c on c.object_id = k.parent_object_id join sys.tables t on t.object_id = k.referenced_object_id
    where c.schema_id <> t.schema_id
""")
_UNSURE = text("select name from sys.foreign_keys where is_disabled = 1 or is_not_trusted = 1")
_ALL_SEEN = text("select has_perms_by_name(db_name(), 'DATABASE', 'VIEW DEFINITION')")
_TRIGGERS = text("""
    select t.name, iif(o.schema_id = schema_id(), o.name, schema_name(o.schema_id) + '.' + o.name),
    coalesce(m.definition, ''),
    (select string_agg(e.type_desc, ' ') from sys.trigger_events e where e.object_id = t.object_id),
    iif(m.definition is null, 'code that this account may not see', '') from sys.triggers t
    join sys.objects o on o.object_id = t.parent_id
    left join sys.sql_modules m on m.object_id = t.object_id where t.is_disabled = 0 and t.parent_class = 1
""")
_RIGHT = text("""
    select has_perms_by_name(quotename(coalesce(:schema, schema_name())) + '.' + quotename(:table), 'OBJECT', :right)
""")


class Mssql(Database):
    """SQL Server: key sets in #tables of the session, one snapshot where the database allows it, else SERIALIZABLE."""

    name = "mssql"
    tried = False
    pads = True
    plain_text = String(8000)

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Raises UsageError where the driver is not installed."""
        engine = engine_on(system, url, waits.lock, waits.statement, **MANNERS)
        engine.dialect.statement_compiler = MssqlWriter
        return engine

    def begin_reading(self, connection: Connection) -> None:
        """See the base."""
        allowed = connection.scalar(_SNAPSHOT)
        connection.rollback()
        connection.execution_options(isolation_level="SNAPSHOT" if allowed == 1 else "SERIALIZABLE")

    def take_lock(self, connection: Connection) -> bool:
        """See the base. The session's lock ends with the connection."""
        taken = connection.scalar(_LOCK)
        connection.commit()
        return taken is not None and taken >= 0

    def temporary(self, name: str) -> str:
        """See the base."""
        return f"#{name}"

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base. No index: a snapshot allows none. UNION: else an identity column would come along as one."""
        form = "SELECT * INTO {name} FROM ({body} UNION ALL {body}) AS hervat_shape"
        create_as(connection, table, shape, form)

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. A float would be written as a power of ten."""
        plain = cast(column, Numeric(28, 2)) if isinstance(column.type, Float) else column
        return cast(plain, self.plain_text).collate(_EXACT)

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base."""
        plain = func.trim(literal("".join(BLANKS)).op("FROM")(self.as_text(column)), type_=String())
        digits = self._without(self._without_decimals(plain), NOISE)
        length = func.len(digits)
        known = (length <= 9) & digits.like("%[1-9]%") & digits.not_like("%[^0-9]%")
        return case((known, func.right(literal("000000000") + digits, 9, type_=String())), else_=null())

    def _without_decimals(self, plain: ColumnElement[str]) -> ColumnElement[str]:
        length = func.len(plain)
        number = plain.not_like("%[^0-9.]%") & plain.not_like("%.%.%")
        before = [func.left(plain, length - cut, type_=String()) for cut in (2, 3)]
        ends = [number & plain.like(f"[0-9]%{end}") for end in (".0", ".00")]
        return case(*zip(ends, before, strict=True), else_=plain)

    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base."""
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        digits = self._without(whole, (".", "-"))
        return func.substring(digits, func.patindex("%[^0]%", digits + literal("x")), 8000, type_=String())

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return column.like(_DAY)

    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """See the base. Here one null is as another, but for a filtered index, which is read as none."""
        return False

    def outside(self, connection: Connection) -> list[Outside]:
        """See the base. A key that is disabled is nobody's to refuse."""
        return [Outside(table, target, bool(acts)) for table, target, acts in connection.execute(_OUTSIDE)]

    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        """See the base."""
        return frozenset(connection.scalars(_UNSURE))

    def unseen(self, connection: Connection) -> list[str]:
        """See the base."""
        if connection.scalar(_ALL_SEEN) == 1:
            return []
        return [
            "keys of tables that this account may not see can't be told; let the administrator: GRANT VIEW DEFINITION"
        ]

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """See the base."""
        return [
            WriteFound(name, table, definition, event=events, unseen=unseen)
            for name, table, definition, events, unseen in connection.execute(_TRIGGERS)
        ]

    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """See the base."""
        return catalogue(connection)

    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """See the base."""
        return keepers(connection)

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """See the base."""
        return [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not connection.scalar(_RIGHT, {"schema": schema, "table": table, "right": right})
        ]
