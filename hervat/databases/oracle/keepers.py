"""Oracle: what keeps erased rows (flashback archives, materialised view logs, text indexes); what triggers may name."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, text
from typing_extensions import override

from hervat.databases.catalogue import Relation, Routine, SchemaCatalogue
from hervat.databases.interface import Catalogue
from hervat.databases.model import Keeper

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
