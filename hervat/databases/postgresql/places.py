"""Where the tables of PostgreSQL are: the search_path, other schemas, partitions and INHERITS; and their names.

A relation that the account finds by its bare name goes by that, one of another schema by "schema.relation"; so does one
whose name is in several schemas of the search_path: its meaning there is an accident.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from typing_extensions import override

from hervat.databases.interface import Catalogue
from hervat.databases.model import Places

KINDS = "('r', 'p', 'v', 'm', 'f')"


def is_bare(relation: str) -> str:
    """SQL condition: a relation goes by its bare name, given the alias of its row in pg_class."""
    return f"""(pg_table_is_visible({relation}.oid) and not exists (
        select from pg_class other join pg_namespace place on place.oid = other.relnamespace
        where other.relname = {relation}.relname and other.oid <> {relation}.oid and other.relkind in {KINDS}
        and place.nspname = any(current_schemas(false))))"""


def shown(relation: str, namespace: str) -> str:
    """Return the SQL for the name of a relation, given the aliases of its rows in pg_class and pg_namespace."""
    whole = f"{namespace}.nspname || '.' || {relation}.relname"
    return f"case when {is_bare(relation)} then {relation}.relname else {whole} end"


WHOLES = """
    whole as (
        select oid as part, coalesce(pg_partition_root(oid)::oid, oid) as top
        from pg_class where relkind in ('r', 'p', 'f')
    )
"""
"""A part of `with`: the root of each partition tree, at any depth and in any schema."""


_HOME = text("""
    select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = :name and c.relkind in ('r', 'p') and pg_table_is_visible(c.oid)
""")
_PATH = text("select current_schemas(false)")
_SET = "select set_config('search_path', %(path)s, false)"
FIRST = "hervat_first_schema"


_PAIRS = """
    from pg_inherits i join pg_class h on h.oid = i.inhrelid and h.relkind in ('r', 'f') and not h.relispartition
    join pg_namespace hn on hn.oid = h.relnamespace
    join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
"""
_HEIRS = text(f"select {shown('p', 'pn')}, {shown('h', 'hn')} {_PAIRS} order by 1, 2")
_MEND = "hervat cleans neither; let the vendor make the heir a partition, or a table that inherits nothing"

HEIRS_FINGERPRINT = f"select concat_ws(' ', i.inhrelid, i.inhparent) {_PAIRS}"


def unfit(connection: Connection) -> list[tuple[str, str]]:
    """Return (table, why) for each table that has an heir or is one."""
    pairs = [(parent, heir) for parent, heir in connection.execute(_HEIRS)]
    above = [(parent, f"{heir} inherits from it (INHERITS), its rows would go too") for parent, heir in pairs]
    below = [(heir, f"it inherits from {parent} (INHERITS), its rows are there too") for parent, heir in pairs]
    return [(table, f"{why}: {_MEND}") for table, why in above + below]


_WHO = text("select current_user, current_database(), coalesce(current_schema(), '')")
_RELATIONS = text(f"""
    with recursive {WHOLES}
    select c.relname, n.nspname, c.relkind, {is_bare("c")}, n.nspname = any(current_schemas(false)), {shown("c", "n")},
    case when c.relispartition then {shown("t", "m")} end
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join whole w on w.part = c.oid left join pg_class t on t.oid = w.top
    left join pg_namespace m on m.oid = t.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    order by 1, 2
""")
_LEFT_OUT = text(f"""
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and case when cast(:schema as text) is null
    then pg_table_is_visible(c.oid) and (c.relispartition or not {is_bare("c")})
    else n.nspname = :schema and (c.relispartition or {is_bare("c")}) end
""")
_FOREIGN_PARTS = text(f"""
    with recursive {WHOLES}
    select {shown("t", "m")}, {shown("c", "n")} from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join whole w on w.part = c.oid join pg_class t on t.oid = w.top join pg_namespace m on m.oid = t.relnamespace
    where c.relkind = 'f' and c.relispartition order by 1, 2
""")

_VIEWS = text(rf"""
    with recursive {WHOLES}, uses as (
        select r.ev_class as view, d.refobjid as used from pg_rewrite r join pg_depend d on d.objid = r.oid
        where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
    ), all_uses as (
        select view, used from uses union select a.view, u.used from all_uses a join uses u on u.view = a.used
    )
    select {shown("c", "n")}, coalesce({shown("t", "m")}, ''),
    array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join (all_uses a join whole w on w.part = a.used join pg_class t on t.oid = w.top
    join pg_namespace m on m.oid = t.relnamespace) on a.view = c.oid
    where c.relkind in ('v', 'm') and n.nspname not like 'pg\_%' and n.nspname <> 'information_schema' order by 1, 2
""")

PLACES_FINGERPRINT = "select concat_ws(' ', 'path', current_user, array_to_string(current_schemas(false), ','))"


def foreign_parts(connection: Connection) -> list[tuple[str, str]]:
    """Return (table, why) for each table of which a part is a foreign table."""
    why = "is a foreign table: its rows stand elsewhere and are not hervat's to erase; let the administrator detach it"
    return [(whole, f"its part {part} {why}") for whole, part in connection.execute(_FOREIGN_PARTS)]


class PostgresqlPlaces(Catalogue):
    """Schemas, partitions and views."""

    @override
    def settle(self, engine: Engine, connection: Connection, tables: Iterable[str]) -> None:
        """Put the schema of the first of these tables that exists at the head of the search_path, from now on."""
        path = list(connection.scalar(_PATH) or [])
        homes = (connection.scalar(_HOME, {"name": name}) for name in tables)
        home = next(filter(None, homes), None)
        if home is None or path[:1] == [home]:
            return
        quoted = connection.dialect.identifier_preparer.quote_identifier
        given = {"path": ", ".join(map(quoted, [home, *(schema for schema in path if schema != home)]))}
        connection.exec_driver_sql(_SET, given)
        connection.commit()
        connection.info[FIRST] = path[0] if path else ""

        @event.listens_for(engine, "connect")
        def _settle(driver: Any, record: Any) -> None:
            driver.execute(_SET, given)
            driver.commit()
            record.info[FIRST] = path[0] if path else ""

    @override
    def places(self, connection: Connection) -> Places:
        account, database, first = connection.execute(_WHO).one()
        first = connection.info.get(FIRST, first)
        homes, parts, remote = dict[str, str](), dict[str, str](), dict[str, str]()
        in_path, elsewhere = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for name, schema, kind, bare, looked_in, known_as, whole in connection.execute(_RELATIONS):
            (in_path if looked_in else elsewhere)[name].append(schema)
            homes |= {name: schema} if bare else {}
            parts |= {known_as: whole} if whole else {}
            remote |= {known_as: "foreign table"} if kind == "f" else {}
        return Places(
            account=account,
            database=database,
            first=first,
            homes=homes,
            doubled={name: tuple(schemas) for name, schemas in in_path.items() if len(schemas) > 1},
            elsewhere={name: tuple(schemas) for name, schemas in elsewhere.items()},
            parts=parts,
            remote=remote,
        )

    @override
    def left_out(self, connection: Connection, schema: str | None) -> list[str]:
        """None for the schema: the tables that are read under their bare names."""
        return list(connection.scalars(_LEFT_OUT, {"schema": schema}))

    @override
    def views_beyond(self, connection: Connection) -> list[tuple[str, str, list[str]]]:
        return [(view, table, columns) for view, table, columns in connection.execute(_VIEWS)]
