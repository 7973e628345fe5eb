"""MariaDB's triggers and routines in all databases, as far as the account is shown them, and the tables there."""

import re
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from hervat.databases.catalogue import Place, Relation, Routine, SchemaCatalogue, WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.mariadb.rights import sighted_in
from hervat.databases.texts import Spelling

SPELLING = Spelling(escapes=True, hashes=True, bare=True)
_OWN = "('information_schema', 'mysql', 'performance_schema', 'sys')"
_TRIGGERS = text(f"""
    select trigger_name, if(event_object_schema = database(), event_object_table,
    concat(event_object_schema, '.', event_object_table)), concat_ws(' ', action_timing, event_manipulation, 'ON '),
    action_statement, event_object_schema from information_schema.triggers where event_object_schema not in {_OWN}
""")
_TABLES = text(f"""
    select table_schema, table_name, engine in ('FEDERATED', 'CONNECT', 'SPIDER', 'S3') from information_schema.tables
    where table_schema not in {_OWN} and table_type not like 'TEMPORARY%'
""")
_VIEWS = text(
    f"select table_schema, table_name, view_definition from information_schema.views where table_schema not in {_OWN}"
)
_ROUTINES = text(f"""
    select routine_schema, routine_name, routine_definition from information_schema.routines
    where routine_schema not in {_OWN}
""")
# MariaDB keeps a view with every table written out as `database`.`table`.
_BASES = re.compile(r"(?:\bfrom|\bjoin|,)[\s(]*`([^`]+)`\.`([^`]+)`(?!\.)", re.IGNORECASE)
_BUILTIN = text("""
    select function from information_schema.sql_functions union select word from information_schema.keywords
""")
_HIDDEN = "the text of the routine, which this account may not see (SHOW CREATE ROUTINE)"


_BLIND = "its text, which this account may not see (TRIGGER)"


def _builtin(connection: Connection) -> frozenset[str]:
    """Return the server's own functions and words, in small letters; none where it lists none (before 10.6.3)."""
    try:
        return frozenset(str(word).lower() for word in connection.scalars(_BUILTIN))
    except DBAPIError:
        return frozenset()


def _bases(body: str | None) -> tuple[Place, ...]:
    return tuple((schema, name) for schema, name in _BASES.findall(body or ""))


def _routines(connection: Connection) -> tuple[Routine, ...]:
    routines: defaultdict[Place, list[str | None]] = defaultdict(list)
    for schema, name, body in connection.execute(_ROUTINES):
        routines[schema, name].append(body)
    return tuple(
        Routine(place, body or "", (place[0],), "" if body else _HIDDEN)
        for place, bodies in routines.items()
        for body in bodies
    )


class MariadbWrites(Catalogue):
    """Triggers and routines."""

    @override
    def triggers(self, connection: Connection) -> list[WriteFound]:
        """The triggers that the account may see. A name in a trigger is looked up in the database of its table."""
        return [
            WriteFound(name, table, head, body or "", path=(schema,), unseen="" if body else _BLIND)
            for name, table, head, body, schema in connection.execute(_TRIGGERS)
        ]

    @override
    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return the tables, views and routines of all databases that the account may see."""
        home = str(connection.scalar(text("select database()")))
        bases = {(schema, name): _bases(body) for schema, name, body in connection.execute(_VIEWS)}
        relations = [
            Relation((schema, name), bases=bases.get((schema, name), ()), abroad=bool(abroad))
            for schema, name, abroad in connection.execute(_TABLES)
        ]
        sighted = sighted_in(connection, {home, *(relation.place[0] for relation in relations)})
        known = (home, (home,), tuple(relations), _routines(connection), SPELLING)
        return SchemaCatalogue(*known, hidden=True, builtin=_builtin(connection), sighted=sighted)
