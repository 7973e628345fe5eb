"""PostgreSQL: one snapshot a cleaning, keys that may be put off, indexes inside the transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    String,
    Table,
    case,
    create_engine,
    func,
    null,
    text,
)

from hervat.cleaning.databases.base import MANNERS, Database, Waits
from hervat.cleaning.databases.temporary import create_as
from hervat.postgres import patience

_ADVISORY = 0x6865727661743031  # "hervat01"
_WORK_MEM = "128MB"  # the key sets of tens of thousands of persons are hashed, not looked through
_OWN = "('pg_catalog', 'information_schema', 'pg_toast')"
_PARTITIONS = """
    select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where relispartition and n.nspname = coalesce(:schema, current_schema())
"""
_OUTSIDE = """
    select n.nspname, c.relname, t.relname from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and k.confdeltype in ('c', 'n', 'd')
    and t.relnamespace = quote_ident(current_schema())::regnamespace and c.relnamespace <> t.relnamespace
"""
_TRIGGERS = """
    select t.tgname, c.relname, pg_get_triggerdef(t.oid), p.prosrc from pg_trigger t
    join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and t.tgenabled <> 'D' and c.relnamespace = quote_ident(current_schema())::regnamespace
"""


class Postgresql(Database):
    """PostgreSQL 12 and newer, by psycopg."""

    name = "postgresql"
    indexes_in_transaction = True
    circles = "together"

    def engine(self, system: str, url: URL, waits: Waits) -> Engine:
        """See the base. Row security would hide rows from the counts and the read-back: off means an error instead."""
        limits = {"lock_timeout": waits.lock, "statement_timeout": waits.statement}
        options = ["row_security=off", *(f"{name}={seconds}s" for name, seconds in limits.items() if seconds)]
        return create_engine(url, connect_args=patience(url, *options), **MANNERS)

    def begin_reading(self, connection: Connection) -> None:
        """See the base."""
        connection.execution_options(isolation_level="REPEATABLE READ")
        connection.exec_driver_sql(f"SET LOCAL work_mem = '{_WORK_MEM}'")

    def take_lock(self, connection: Connection) -> bool:
        """See the base. A session lock: it outlives this commit and ends with the connection, which no pool keeps."""
        taken = connection.scalar(text("select pg_try_advisory_lock(:key)"), {"key": _ADVISORY})
        connection.commit()
        return bool(taken)

    def create_as(self, connection: Connection, table: Table, shape: Select[Any], unique: Sequence[str] = ()) -> None:
        """See the base. No index: what is asked of a set is hashed."""
        create_as(connection, table, shape, "CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {body}")

    def analyze(self, connection: Connection, table: Table) -> None:
        """See the base."""
        connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.quote(table.name)}")

    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """See the base."""
        plain = func.trim(self.as_text(column), type_=String())
        whole = func.regexp_replace(plain, r"^\s*([0-9]+)\.0{1,2}\s*$", r"\1")
        digits = func.regexp_replace(whole, r"[\s.\-" + "\u00a0]", "", "g", type_=String())
        known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
        usual = plain.regexp_match("^[0-9]{9}$") & (plain != "000000000")  # costs one match, not four
        return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    def nine_digits(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """See the base."""
        return self.as_text(column).regexp_match("^[0-9]{9}$")

    def _without(self, plain: ColumnElement[str], noise: Iterable[str]) -> ColumnElement[str]:
        return func.translate(plain, "".join(noise), "", type_=String())

    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """See the base."""
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def partitions(self, connection: Connection, schema: str | None) -> list[str]:
        """See the base."""
        return list(connection.scalars(text(_PARTITIONS), {"schema": schema}))

    def cascades_from_outside(self, connection: Connection) -> list[tuple[str, str]]:
        """See the base."""
        return [(f"{schema}.{table}", target) for schema, table, target in connection.execute(text(_OUTSIDE))]

    def triggers(self, connection: Connection) -> list[tuple[str, str, str, str]]:
        """See the base."""
        return [
            (name, table, definition, body) for name, table, definition, body in connection.execute(text(_TRIGGERS))
        ]

    def check_keys_now(self, connection: Connection) -> None:
        """See the base."""
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")

    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """See the base. A right on columns alone is enough where only those are updated."""
        wrong = [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not _has(connection, right, schema, table)
        ]
        if not connection.scalar(text("select has_database_privilege(current_database(), 'TEMP')")):
            wrong.append("no right to make temporary tables in this database (TEMP)")
        if connection.scalar(text("select pg_is_in_recovery()")):
            wrong.append("this server is a read-only copy")
        return wrong

    def may_index(self, connection: Connection, schema: str | None, table: str) -> bool:
        """See the base."""
        wanted = """
            select pg_has_role(relowner, 'USAGE') from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where relname = :table and n.nspname = coalesce(:schema, current_schema())
        """
        return bool(connection.scalar(text(wanted), {"table": table, "schema": schema}))


def _has(connection: Connection, right: str, schema: str | None, table: str) -> bool:
    name = "quote_ident(coalesce(:schema, current_schema())) || '.' || quote_ident(:table)"
    function = "has_any_column_privilege" if right == "UPDATE" else "has_table_privilege"
    given = {"table": table, "schema": schema, "right": right}
    return bool(connection.scalar(text(f"select {function}({name}, :right)"), given))
