"""SQL Server: what keeps erased rows (temporal tables, change data capture, full text), and what triggers may name."""

from collections.abc import Sequence

from sqlalchemy import Connection, text
from typing_extensions import override

from hervat.databases.catalogue import Relation, Routine, SchemaCatalogue
from hervat.databases.interface import Catalogue
from hervat.databases.model import Keeper
from hervat.databases.texts import Spelling

SPELLING = Spelling(brackets=True, nested=True, bare=True, into=True)
_SHOWN = "iif(t.schema_id = schema_id(), t.name, schema_name(t.schema_id) + '.' + t.name)"
_OFF = "ALTER TABLE {} SET (SYSTEM_VERSIONING = OFF), erase the rows from {}, and set it ON again"
_KEEPERS = text(f"""
    select {_SHOWN}, 'history', schema_name(h.schema_id) + '.' + h.name from sys.tables t
    join sys.tables h on h.object_id = t.history_table_id
    union all select {_SHOWN}, 'cdc', '' from sys.tables t where t.is_tracked_by_cdc = 1
    union all select {_SHOWN}, 'published', '' from sys.tables t where t.is_published = 1
    union all select {_SHOWN}, 'fulltext', '' from sys.fulltext_indexes f join sys.tables t on t.object_id = f.object_id
    union all select {_SHOWN}, 'tracking', '' from sys.change_tracking_tables c
    join sys.tables t on t.object_id = c.object_id order by 1, 2
""")
_RELATIONS = text("select schema_name(schema_id), name from sys.objects where type in ('U', 'V')")
_ROUTINES = text("""
    select schema_name(o.schema_id), o.name, m.definition from sys.objects o
    left join sys.sql_modules m on m.object_id = o.object_id where o.type in ('P', 'FN', 'IF', 'TF', 'PC', 'FS')
""")
_HIDDEN = "the text of the routine, which this account may not see, or which is no SQL"


def _keeper(table: str, kind: str, name: str) -> Keeper:
    what, statement = {
        "history": ("the history table", _OFF.format(table, name)),
        "cdc": ("change data capture", "EXEC sys.sp_cdc_cleanup_change_table with the last lsn"),
        "published": ("replication", "look in every subscriber"),
        "fulltext": ("the full-text index", f"ALTER FULLTEXT INDEX ON {table} START FULL POPULATION"),
        "tracking": (
            "change tracking (keys alone)",
            f"ALTER TABLE {table} DISABLE CHANGE_TRACKING, and enable it again",
        ),
    }[kind]
    return Keeper(name, table, what, statement)


class MssqlKeepers(Catalogue):
    """Temporal tables, change data capture, full text, and routines."""

    @override
    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        """What keeps or replicates the rows of each table."""
        return [_keeper(table, kind, name) for table, kind, name in connection.execute(_KEEPERS)]

    @override
    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return the tables, views and routines of this database."""
        home = str(connection.scalar(text("select schema_name()")))
        relations = tuple(Relation((schema, name)) for schema, name in connection.execute(_RELATIONS))
        routines = tuple(
            Routine((schema, name), body or "", unseen="" if body else _HIDDEN)
            for schema, name, body in connection.execute(_ROUTINES)
        )
        return SchemaCatalogue(home, tuple(dict.fromkeys([home, "dbo"])), relations, routines, SPELLING)
