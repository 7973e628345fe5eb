"""Rights on MariaDB: tested by EXPLAIN, which needs the same rights as its statement and changes nothing."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from hervat.databases.interface import Rights
from hervat.databases.mariadb.engines import others

_DENIED = {1044, 1142, 1143, 1227, 1370}
_READ_ONLY = 1290
_GRANT = re.compile(r"^GRANT (?P<rights>.+?) ON (?P<on>\S+) TO ")

UNSEEN = "no right to SELECT on all tables of this database: a table that hervat may not see would be left out"


def may(connection: Connection, right: str, schema: str | None, table: str) -> bool:
    """True if the account has SELECT, DELETE or (on some column) UPDATE on a table."""
    quoted = connection.dialect.identifier_preparer.quote
    place = f"{quoted(schema)}.{quoted(table)}" if schema else quoted(table)
    if right == "SELECT":
        return _may_explain(connection, f"EXPLAIN SELECT * FROM {place}")
    if right == "DELETE":
        return _may_explain(connection, f"EXPLAIN DELETE FROM {place} WHERE 1 = 0")
    columns = map(quoted, _columns(connection, schema, table))
    return any(
        _may_explain(connection, f"EXPLAIN UPDATE {place} SET {column} = {column} WHERE 1 = 0") for column in columns
    )


def _columns(connection: Connection, schema: str | None, table: str) -> Iterator[str]:
    """Yield the columns that an UPDATE may name."""
    query = text("""
        select column_name from information_schema.columns where table_schema = coalesce(:schema, database())
        and table_name = :table and is_generated = 'NEVER' order by ordinal_position
    """)
    yield from connection.scalars(query, {"schema": schema, "table": table}).all()


def _may_explain(connection: Connection, statement: str) -> bool:
    try:
        connection.exec_driver_sql(statement)
    except DBAPIError as error:
        original: Any = error.orig
        if original.args[0] != _READ_ONLY and original.args[0] not in _DENIED:
            raise
        return bool(original.args[0] == _READ_ONLY)
    return True


def on_all_tables(connection: Connection, right: str) -> bool:
    """True if the account, or its current role, has a right on the whole database."""
    here = str(connection.scalar(text("select database()")))
    return bool(_with(connection, right, [here]))


def sighted_in(connection: Connection, databases: Iterable[str]) -> frozenset[str]:
    """Return those of these databases of which the account sees all triggers."""
    return frozenset(_with(connection, "TRIGGER", databases))


def _with(connection: Connection, right: str, databases: Iterable[str]) -> list[str]:
    grants = [_GRANT.match(grant) for grant in connection.scalars(text("show grants")).all()]
    rights_on = [(grant["rights"], grant["on"]) for grant in grants if grant]
    return [name for name in databases if any(_covers(rights, on, name, right) for rights, on in rights_on)]


def _covers(rights: str, on: str, database: str, right: str) -> bool:
    if not {right, "ALL PRIVILEGES"} & {name.strip() for name in rights.split(",")}:
        return False
    schema, _, table = on.replace("`", "").partition(".")
    pattern = schema.replace("\\_", "\0").replace("_", "?").replace("%", "*").replace("\0", "_")
    return table == "*" and fnmatchcase(database, pattern)


class MariadbRights(Rights):
    """Asked by EXPLAIN."""

    @override
    def lacking(self, connection: Connection, needed: Iterable[tuple[str, str | None, str]]) -> list[str]:
        needed = list(needed)
        wrong = [
            f"no right to {right} on {table}"
            for right, schema, table in needed
            if not may(connection, right, schema, table)
        ]
        if not _may_explain(connection, "CREATE OR REPLACE TEMPORARY TABLE hervat_probe (one INT)"):
            wrong.append("no right to make temporary tables in this database (CREATE TEMPORARY TABLES)")
        if not on_all_tables(connection, "SELECT"):
            wrong.append(UNSEEN)
        if any(right != "SELECT" for right, _, _ in needed) and not on_all_tables(connection, "TRIGGER"):
            wrong.append("no right to see the triggers of this database (TRIGGER): what they do could not be told")
        if connection.scalar(text("select @@read_only")) in (1, "ON"):
            wrong.append("this server is a read-only copy")
        changed = {table for right, _, table in needed if right != "SELECT"}
        return wrong + [f"{table}: {why}" for table, why in self.unfit(connection) if table in changed]

    @override
    def unfit(self, connection: Connection) -> list[tuple[str, str]]:
        """Return (table, why) of the tables in which nothing can be rolled back."""
        advice = "can't be rolled back: ALTER TABLE ... ENGINE=InnoDB makes it fit"
        return [(table, f"its engine is {engine}, which {advice}") for table, engine in others(connection).items()]
