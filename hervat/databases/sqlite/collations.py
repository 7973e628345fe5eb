"""The collations of columns in SQLite, read from the CREATE TABLE statements."""

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, String, Table, text

_COLLATED = text("select name, sql from sqlite_master where type = 'table' and sql like '%collate%'")
_PARTS = re.compile(
    r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|[(),]|[^'"`\[(),/-]+|.""", re.S
)
_FIRST = re.compile(r"""\s*(?:"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^\s"`\[(),]+))""")
_COLLATE = re.compile(r"""\bcollate\s+["'`\[]?(\w+)""", re.IGNORECASE)


def tell_collations(connection: Connection, columns: Any) -> None:
    """Add the collations of the tables to the types of reflected columns (by schema and table)."""
    for table, made in connection.execute(_COLLATED):
        known = {name.lower(): collation for name, collation in _collations(made)}
        for column in columns.get((None, table), ()):
            if isinstance(column["type"], String) and (collation := known.get(column["name"].lower())):
                column["type"].collation = collation.upper()


def keep_collations(connection: Connection, table: Table, shape: Select[Any]) -> None:
    """Give an empty temporary table the collations of the columns that it was made after: SQLite leaves them out."""
    collations = [getattr(column.type, "collation", None) for column in shape.selected_columns]
    if not any(collations):
        return
    quoted = connection.dialect.identifier_preparer.quote
    kinds = connection.execute(
        text("select type from pragma_table_info(:name, 'temp')"), {"name": table.name}
    ).scalars()
    columns = [
        " ".join([quoted(column.name), kind, *(["COLLATE", quoted(collation)] if collation else [])])
        for column, kind, collation in zip(table.c, kinds, collations, strict=True)
    ]
    connection.exec_driver_sql(f"DROP TABLE temp.{quoted(table.name)}")
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {quoted(table.name)} ({', '.join(columns)})")


def _collations(made: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the collation of each column that has one."""
    for definition in _definitions(made):
        first, collation = _FIRST.match(definition), _COLLATE.search(definition)
        if first and collation:
            name = next(part for part in first.groups() if part is not None)
            yield name.replace('""', '"'), collation[1]


def _definitions(made: str) -> Iterator[str]:
    """Yield the parts between the commas of the outer brackets, without comments, strings and inner brackets."""
    depth, definition = 0, ""
    for part in _PARTS.findall(made):
        if part.startswith(("--", "/*", "'")):
            continue
        depth += (part == "(") - (part == ")")
        if (part == "," and depth == 1) or (part == ")" and depth == 0):
            yield definition
            definition = ""
        elif depth == 1 and part not in "()":
            definition += part
