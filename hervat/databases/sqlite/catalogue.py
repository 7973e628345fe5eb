"""SQLite's catalogue: the schema, collations, triggers, and full-text tables, which keep words."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Connection,
    text,
)
from sqlalchemy.engine.reflection import Inspector
from typing_extensions import override

from hervat.databases.catalogue import Relation, SchemaCatalogue, WriteFound
from hervat.databases.interface import Catalogue, Rights
from hervat.databases.model import Keeper
from hervat.databases.sqlite.collations import tell_collations
from hervat.databases.texts import Spelling, read_text


class SqliteCatalogue(Catalogue, Rights):
    """Read from sqlite_master, and nothing else."""

    fingerprint_is_whole = True

    @override
    def schema_fingerprint(self, connection: Connection) -> str:
        texts = connection.scalars(text("select coalesce(sql, name) from sqlite_master order by type, name"))
        return sha256("\0".join(texts).encode()).hexdigest()

    @override
    def tell_collations(self, look: Inspector, columns: Any) -> None:
        if isinstance(look.bind, Connection):
            tell_collations(look.bind, columns)

    @override
    def triggers(self, connection: Connection) -> list[WriteFound]:
        query = text("select name, tbl_name, sql from sqlite_master where type = 'trigger'")
        return [WriteFound(name, table, definition) for name, table, definition in connection.execute(query)]

    @override
    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        relations = tuple(Relation(("main", table)) for table in tables)
        return SchemaCatalogue("main", ("main",), relations, spelling=Spelling(brackets=True))

    @override
    def may_count(self, connection: Connection, schema: str, table: str) -> bool:
        """A trigger of this file writes to no other."""
        return False


_VIRTUAL = text(
    "select name, sql from sqlite_master where type = 'table' and sql like 'create virtual table%' order by 1"
)
_TABLES = text("select name from sqlite_master where type = 'table'")
_TRIGGERS = text("select tbl_name, sql from sqlite_master where type = 'trigger'")
_FULL_TEXT = re.compile(r"\busing\s+fts[345]\b", re.IGNORECASE)
_CONTENT = re.compile(r"\bcontent\s*=\s*([\"'\[`]?)(\w*)", re.IGNORECASE)
_SPELLING = Spelling(brackets=True)


def _filled_by(connection: Connection) -> dict[str, set[str]]:
    """Return, by table that a trigger writes to, the tables of those triggers."""
    filled: dict[str, set[str]] = {}
    for table, sql in connection.execute(_TRIGGERS):
        for write in read_text(sql, _SPELLING).writes:
            filled.setdefault(write.name[-1].text.lower(), set()).add(table)
    return filled


def _statement(name: str, outside: bool) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if outside:
        return f"INSERT INTO {quoted} ({quoted}) VALUES ('rebuild')"
    return f"DELETE FROM {quoted} the rows of what was erased, then INSERT INTO {quoted} ({quoted}) VALUES ('optimize')"


class SqliteKeepers(Catalogue):
    """Full-text tables."""

    @override
    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """The full-text tables, each for every table whose words it keeps ("" if that can't be determined)."""
        keepers, filled = list[Keeper](), _filled_by(connection)
        for name, sql in connection.execute(_VIRTUAL):
            if _FULL_TEXT.search(sql):
                outside = _CONTENT.search(sql)
                named = {outside[2]} if outside and outside[2] else set()
                tables = sorted(named | filled.get(name.lower(), set())) or [""]
                keepers += [
                    Keeper(name, table, "the full-text table", _statement(name, bool(outside))) for table in tables
                ]
        return keepers

    @override
    def moving(self, connection: Connection) -> list[str]:
        """Return the virtual tables and those in which they keep what they hold."""
        virtual = [name for name, _ in connection.execute(_VIRTUAL)]
        behind = tuple(f"{name}_" for name in virtual)
        return virtual + [name for name in connection.scalars(_TABLES) if behind and name.startswith(behind)]
