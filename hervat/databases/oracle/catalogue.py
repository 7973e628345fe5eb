"""Oracle's catalogue: foreign keys, triggers, and what keeps erased rows (flashback, view logs, text indexes)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    text,
)
from typing_extensions import override

from hervat.databases.catalogue import Relation, Routine, SchemaCatalogue, WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.model import Keeper, Outside

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


class OracleCatalogue(Catalogue):
    """Read from the views all_*."""

    @override
    def outside(self, connection: Connection) -> list[Outside]:
        """A key that is disabled is nobody's to refuse."""
        dialect: Any = connection.dialect
        spelled = dialect.normalize_name  # as SQLAlchemy spells the tables that are read
        return [
            Outside(f"{spelled(owner)}.{spelled(table)}", spelled(target), bool(acts))
            for owner, table, target, acts in connection.execute(_OUTSIDE)
        ]

    @override
    def unsure_keys(self, connection: Connection) -> frozenset[str]:
        """SQLAlchemy gives names of capitals alone in small letters."""
        names = connection.scalars(_UNSURE).all()
        return frozenset((*names, *(name.lower() for name in names)))

    @override
    def unseen(self, connection: Connection) -> list[str]:
        if connection.scalar(_ALL_SEEN):
            return []
        problem = "keys of tables that this account may not see can't be told; let the administrator"
        return [f"{problem}: GRANT SELECT ANY DICTIONARY"]

    @override
    def triggers(self, connection: Connection) -> list[WriteFound]:
        return [WriteFound(name, table, head, body) for name, table, head, body in connection.execute(_TRIGGERS)]


_ARCHIVES = text("select lower(table_name), archive_table_name from user_flashback_archive_tables order by 1")
_LOGS = text("select lower(master), log_table from user_mview_logs order by 1")
_INDEXES = text("select lower(table_name), index_name from user_indexes where ityp_name = 'CONTEXT' order by 1, 2")
_HOME = text("select sys_context('userenv', 'current_schema') from dual")
_RELATIONS = text("select owner, object_name from all_objects where object_type in ('TABLE', 'VIEW')")
_SOURCES = text("""
    select owner, name, text from all_source where type in ('PROCEDURE', 'FUNCTION', 'PACKAGE BODY')
    and owner not in ('SYS', 'SYSTEM') order by owner, name, type, line
""")


class OracleKeepers(Catalogue):
    """Flashback archives, logs, text indexes, and routines."""

    @override
    def keepers(self, connection: Connection, schemas: Sequence[str]) -> list[Keeper]:
        archives = [
            Keeper(
                name,
                table,
                "the flashback archive",
                f"erase the rows from {name}, after DBMS_FLASHBACK_ARCHIVE.DISASSOCIATE_FBA",
            )
            for table, name in connection.execute(_ARCHIVES)
        ]
        logs = [
            Keeper(
                name, table, "the log of its materialised views", "refresh every materialised view that is made of it"
            )
            for table, name in connection.execute(_LOGS)
        ]
        indexes = [
            Keeper(name, table, "the text index", f"CTX_DDL.SYNC_INDEX and CTX_DDL.OPTIMIZE_INDEX of {name}, in FULL")
            for table, name in connection.execute(_INDEXES)
        ]
        return archives + logs + indexes

    @override
    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return the tables, views and routines of all schemas that the account may see; a package is one routine."""
        home = str(connection.scalar(_HOME)).lower()
        relations = tuple(Relation((owner.lower(), name.lower())) for owner, name in connection.execute(_RELATIONS))
        bodies: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for owner, name, line in connection.execute(_SOURCES):
            bodies[owner.lower(), name.lower()].append(line or "")
        routines = tuple(Routine(place, "".join(lines)) for place, lines in bodies.items())
        return SchemaCatalogue(home, (home,), relations, routines)
