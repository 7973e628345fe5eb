"""SQL Server's catalogue: foreign keys, triggers, and what keeps erased rows (temporal tables, CDC, full text)."""

from collections.abc import Sequence

from sqlalchemy import (
    Connection,
    text,
)
from typing_extensions import override

from hervat.databases.catalogue import Relation, Routine, SchemaCatalogue, WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.model import Keeper, Outside
from hervat.databases.texts import Spelling

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


class MssqlCatalogue(Catalogue):
    """Read from sys."""

    @override
    def outside(self, connection: Connection) -> list[Outside]:
        """A key that is disabled is nobody's to refuse."""
        return [Outside(table, target, bool(acts)) for table, target, acts in connection.execute(_OUTSIDE)]

    @override
    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        return frozenset(connection.scalars(_UNSURE))

    @override
    def unseen(self, connection: Connection) -> list[str]:
        if connection.scalar(_ALL_SEEN) == 1:
            return []
        return [
            "keys of tables that this account may not see can't be told; let the administrator: GRANT VIEW DEFINITION"
        ]

    @override
    def triggers(self, connection: Connection) -> list[WriteFound]:
        return [
            WriteFound(name, table, definition, event=events, unseen=unseen)
            for name, table, definition, events, unseen in connection.execute(_TRIGGERS)
        ]


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
