"""Oracle."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    Cast,
    ColumnElement,
    Connection,
    Engine,
    Float,
    Numeric,
    Select,
    String,
    Table,
    case,
    cast,
    func,
    null,
    text,
)
from sqlalchemy.dialects.oracle.base import OracleCompiler
from sqlalchemy.exc import DBAPIError

from hervat.databases.base import MANNERS, Database, Waits
from hervat.databases.catalogue import SchemaCatalogue, WriteFound
from hervat.databases.errors import LocalSystemError
from hervat.databases.model import Keeper, Outside
from hervat.databases.oracle.connection import engine_on
from hervat.databases.oracle.keepers import catalogue, keepers
from hervat.databases.temporary import create_as

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
_OUTSIDE = text("""
    select c.owner, c.table_name, t.table_name,
    case when c.delete_rule <> 'NO ACTION' or c.status = 'DISABLED' then 1 else 0 end from all_constraints c
    join all_constraints t on t.owner = c.r_owner and t.constraint_name = c.r_constraint_name
    where c.constraint_type = 'R' and c.owner <> t.owner
    and t.owner = sys_context('userenv', 'current_schema')
""")
_UNSURE = text("""
    select constraint_name from all_constraints
    where constraint_type = 'R' and (status = 'DISABLED' or validated = 'NOT VALIDATED')
""")
_ALL_SEEN = text("select count(*) from session_privs where privilege in ('SELECT ANY TABLE', 'SELECT ANY DICTIONARY')")
_TRIGGERS = text("""
    select trigger_name, table_name, trigger_type || ' ' || triggering_event || ' ON ', trigger_body from all_triggers
    where status = 'ENABLED' and table_owner = sys_context('userenv', 'current_schema')
""")
_RIGHT = text("""
    select count(*) from (select coalesce(:schema, sys_context('userenv', 'current_schema')) as owner from dual) here
    where here.owner = user or exists (select 1 from all_tab_privs where table_schema = here.owner
    and upper(table_name) = upper(:tab) and privilege = :wanted)
""")


class Oracle(Database):
    """Oracle: key sets in private temporary tables, which end with the connection, and SERIALIZABLE."""

    name = "oracle"
    tried = False
    plain_text = String(4000)

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Raises UsageError where the driver is not installed."""
        engine = engine_on(system, url, waits.lock, waits.statement, **MANNERS)
        engine.dialect.statement_compiler = OracleWriter
        return engine

    def begin_reading(self, connection: Connection) -> None:
        """See the base."""
        connection.execution_options(isolation_level="SERIALIZABLE")

    def take_lock(self, connection: Connection) -> bool:
        """See the base. Raises LocalSystemError where the account may not use DBMS_LOCK: nobody may by default."""
        try:
            taken = connection.scalar(_LOCK, {"id": _LOCK_ID})
        except DBAPIError:
            mend = "GRANT EXECUTE ON DBMS_LOCK to hervat's account"
            raise LocalSystemError(f"no lock can be taken that keeps two runs apart: {mend}") from None
        connection.commit()
        return taken in _HELD

    def temporary(self, name: str) -> str:
        """See the base."""
        return f"ORA$PTT_{name.upper()}"

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base. Such a table can have no index; it outlives the commit, for the look after it."""
        form = "CREATE PRIVATE TEMPORARY TABLE {name} ON COMMIT PRESERVE DEFINITION AS {body}"
        create_as(connection, table, shape, form)

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """See the base. A float would be written as a power of ten."""
        plain = cast(column, Numeric(28, 2)) if isinstance(column.type, Float) else column
        return cast(plain, self.plain_text)

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base. An empty text is NULL here, which is unknown all the way, so NULL comes out."""
        plain = self.as_text(column)
        blank = r"[[:space:]" + "\u00a0]*"
        whole = func.regexp_replace(plain, rf"^{blank}([0-9]+)\.0{{1,2}}{blank}$", r"\1", type_=String())
        digits = func.regexp_replace(whole, "[[:space:].\u00a0-]", "", type_=String())
        known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
        return case((known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def nulls_differ(self, unique: Sequence[str], nulled: Sequence[str]) -> bool:
        """See the base. Rows without any value differ; where a value is left they may be the same."""
        return set(unique) <= set(nulled)

    def outside(self, connection: Connection) -> list[Outside]:
        """See the base. A key that is disabled is nobody's to refuse."""
        dialect: Any = connection.dialect
        spelled = dialect.normalize_name  # as SQLAlchemy spells the tables that are read
        return [
            Outside(f"{spelled(owner)}.{spelled(table)}", spelled(target), bool(acts))
            for owner, table, target, acts in connection.execute(_OUTSIDE)
        ]

    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        """See the base. SQLAlchemy gives names of capitals alone in small letters."""
        found = connection.scalars(_UNSURE).all()
        return frozenset((*found, *(name.lower() for name in found)))

    def unseen(self, connection: Connection) -> list[str]:
        """See the base."""
        if connection.scalar(_ALL_SEEN):
            return []
        told = "keys of tables that this account may not see can't be told; let the administrator"
        return [f"{told}: GRANT SELECT ANY DICTIONARY"]

    def triggers(self, connection: Connection) -> list[WriteFound]:
        """See the base."""
        return [WriteFound(name, table, head, body) for name, table, head, body in connection.execute(_TRIGGERS)]

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
            if not connection.scalar(_RIGHT, {"schema": schema, "tab": table, "wanted": right})
        ]
