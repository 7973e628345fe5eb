"""SQL Server's catalogue: foreign keys and triggers."""

from sqlalchemy import (
    Connection,
    text,
)
from typing_extensions import override

from hervat.databases.catalogue import WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.model import Outside

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
