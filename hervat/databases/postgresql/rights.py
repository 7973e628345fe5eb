"""The rights of an account on PostgreSQL, and the tables that hervat must not write to."""

from collections.abc import Iterable

from sqlalchemy import (
    Connection,
    text,
)
from typing_extensions import override

from hervat.databases.interface import Rights
from hervat.databases.postgresql.places import foreign_parts, unfit
from hervat.databases.postgresql.row_security import hiding


class PostgresqlRights(Rights):
    """Asked of the catalogue: a refused query would end the transaction."""

    @override
    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        return [*unfit(connection), *foreign_parts(connection)]

    @override
    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        """A right on columns alone is enough where only those are updated."""
        needed = list(needed)
        wrong = [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not _has(connection, right, schema, table)
        ]
        written = {f"{schema}.{table}" if schema else table for right, schema, table in needed if right != "SELECT"}
        wrong += [f"{table}: {why}" for table, why in self.unfit(connection) if table in written]
        wrong += hiding(connection, ((schema, table) for right, schema, table in needed if right == "SELECT"))
        if not connection.scalar(text("select has_database_privilege(current_database(), 'TEMP')")):
            wrong.append("no right to make temporary tables in this database (TEMP)")
        if connection.scalar(text("select pg_is_in_recovery()")):
            wrong.append("this server is a read-only copy")
        return wrong

    @override
    def may_index(self, connection: Connection, schema: str | None, table: str) -> bool:
        query = """
            select pg_has_role(relowner, 'USAGE') from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where relname = :table
            and case when cast(:schema as text) is null then pg_table_is_visible(c.oid) else n.nspname = :schema end
        """
        return bool(connection.scalar(text(query), {"table": table, "schema": schema}))


def _has(connection: Connection, right: str, schema: str | None, table: str) -> bool:
    name = "coalesce(quote_ident(cast(:schema as text)) || '.', '') || quote_ident(:table)"
    function = "has_any_column_privilege" if right == "UPDATE" else "has_table_privilege"
    given = {"table": table, "schema": schema, "right": right}
    return bool(connection.scalar(text(f"select {function}({name}, :right)"), given))
