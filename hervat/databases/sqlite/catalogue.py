"""What SQLite's catalogue says: the schema, collations and triggers."""

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
from hervat.databases.sqlite.collations import tell_collations
from hervat.databases.texts import Spelling


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
