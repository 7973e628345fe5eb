"""Oracle's catalogue: foreign keys and triggers."""

from typing import Any

from sqlalchemy import (
    Connection,
    text,
)
from typing_extensions import override

from hervat.databases.catalogue import WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.model import Outside

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
