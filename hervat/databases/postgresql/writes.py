"""Triggers, rules, event triggers and routines of PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from typing_extensions import override

from hervat.databases.catalogue import Place, Relation, Routine, SchemaCatalogue, WriteFound
from hervat.databases.interface import Catalogue
from hervat.databases.postgresql.places import shown
from hervat.databases.texts import Spelling

_STIRRING_RULES = text("""
    select r.rulename from pg_rewrite r join pg_class c on c.oid = r.ev_class
    join pg_namespace n on n.oid = c.relnamespace
    where r.rulename <> '_RETURN' and r.ev_enabled <> 'D' and c.relname = :table
    and case when cast(:schema as text) is null then pg_table_is_visible(c.oid) else n.nspname = :schema end order by 1
""")
_STIRS = text("""
    select current_setting('session_replication_role') <> 'origin'
    or exists (select 1 from pg_trigger
      where case when tgisinternal then tgenabled not in ('O', 'A') else tgenabled <> 'D' end)
    or exists (select 1 from pg_rewrite r join pg_class c on c.oid = r.ev_class
      join pg_namespace n on n.oid = c.relnamespace
      where r.rulename <> '_RETURN' and r.ev_enabled <> 'D' and n.nspname not in ('pg_catalog', 'information_schema'))
""")


SPELLING = Spelling(nested=True)
_OURS = "{n}.nspname not like 'pg\\_%' and {n}.nspname <> 'information_schema'"
_PATH = """(select string_to_array(replace(replace(split_part(one, '=', 2), '"', ''), ' ', ''), ',')
    from unnest(p.proconfig) one where one like 'search_path=%' limit 1)"""
# A trigger of a part alone fires too; one of the whole is there once more on each part.
_TRIGGERS = f"""
    select distinct on (whole.oid, t.tgname, t.tgfoid) t.tgname, {shown("c", "n")}, pg_get_triggerdef(t.oid), p.prosrc,
    {_PATH}, t.tgargs, m.nspname, p.proname
    from pg_trigger t join pg_class own on own.oid = t.tgrelid
    cross join lateral (select coalesce(pg_partition_root(own.oid), own.oid) as oid) whole
    join pg_class c on c.oid = whole.oid join pg_namespace n on n.oid = c.relnamespace
    join pg_proc p on p.oid = t.tgfoid join pg_namespace m on m.oid = p.pronamespace
    where not t.tgisinternal and t.tgenabled <> 'D' and (own.oid = whole.oid or (t.tgtype & 1) = 1)
    order by whole.oid, t.tgname, t.tgfoid, own.oid <> whole.oid, t.oid
"""
_RULES = f"""
    select r.rulename, {shown("c", "n")}, pg_get_ruledef(r.oid), r.ev_type, r.is_instead
    from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
    where r.ev_type in ('2', '3', '4') and r.ev_enabled <> 'D' and {_OURS.format(n="n")}
"""
_DDL = ["CREATE TABLE", "CREATE TABLE AS", "CREATE INDEX", "DROP INDEX", "REFRESH MATERIALIZED VIEW"]
_EVENT_TRIGGERS = f"""
    select e.evtname, e.evtevent, p.prosrc, {_PATH}, m.nspname, p.proname
    from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid join pg_namespace m on m.oid = p.pronamespace
    where e.evtenabled <> 'D' and (e.evttags is null or e.evttags && :tags)
"""
_RELATIONS = f"""
    with bases as (
        select r.ev_class as view, array_agg(distinct m.nspname || chr(1) || t.relname) as names
        from pg_rewrite r join pg_depend d on d.objid = r.oid and d.classid = 'pg_rewrite'::regclass
        join pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_class'::regclass and t.oid <> r.ev_class
        join pg_namespace m on m.oid = t.relnamespace
        where r.rulename = '_RETURN' group by 1
    )
    select n.nspname, c.relname, wn.nspname, w.relname, b.names, c.relkind = 'f', {shown("c", "n")}
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_class w on c.relispartition and w.oid = pg_partition_root(c.oid)
    left join pg_namespace wn on wn.oid = w.relnamespace left join bases b on b.view = c.oid and c.relkind = 'v'
    where c.relkind in ('r', 'p', 'v', 'f') and c.relpersistence <> 't' and {_OURS.format(n="n")}
"""
# Extensions whose functions write nothing; any other function in C that may change something is reported.
_HARMLESS = [
    *("uuid-ossp", "pgcrypto", "hstore", "citext", "unaccent", "pg_trgm", "fuzzystrmatch", "postgis", "ltree", "cube"),
    *(
        "btree_gin",
        "btree_gist",
        "intarray",
        "tablefunc",
        "earthdistance",
        "isn",
        "seg",
        "xml2",
        "moddatetime",
        "autoinc",
    ),
    *("insert_username", "postgis_topology", "postgis_raster", "postgis_sfcgal", "address_standardizer", "sslinfo"),
]
_ROUTINES = f"""
    select n.nspname, p.proname, case when p.prosrc = '' then pg_get_functiondef(p.oid) else p.prosrc end, {_PATH},
    l.lanname, p.provolatile = 'v' and not coalesce(e.extname = any(:tame), false)
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    left join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    left join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
    where p.prokind in ('f', 'p') and {_OURS.format(n="n")}
    and (l.lanname not in ('c', 'internal') or p.provolatile = 'v')
"""
WRITES_FINGERPRINT = f"""
    select concat_ws(' ', r.oid, r.xmin, r.ev_enabled) from pg_rewrite r join pg_class c on c.oid = r.ev_class
    join pg_namespace n on n.oid = c.relnamespace where {_OURS.format(n="n")}
    union all select concat_ws(' ', p.oid, p.xmin) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where {_OURS.format(n="n")}
    union all select concat_ws(' ', 'event', oid, xmin) from pg_event_trigger
"""
_EVENTS = {"2": "UPDATE", "3": "INSERT", "4": "DELETE"}
_READ = ("plpgsql", "sql")


def _triggers(connection: Connection) -> list[WriteFound]:
    return [
        WriteFound(
            name, table, definition, body, path=_path(path), arguments=_arguments(given), routine=(schema, function)
        )
        for name, table, definition, body, path, given, schema, function in connection.execute(text(_TRIGGERS))
    ]


def _arguments(given: Any) -> tuple[str, ...]:
    return tuple(argument.decode(errors="replace") for argument in bytes(given or b"").split(b"\0") if argument)


def _rules(connection: Connection) -> list[WriteFound]:
    return [
        WriteFound(name, table, definition, "", "rule, instead" if instead else "rule", _EVENTS[_text(event)])
        for name, table, definition, event, instead in connection.execute(text(_RULES))
    ]


def _text(given: Any) -> str:
    return given.decode() if isinstance(given, bytes) else str(given)


def _event_triggers(connection: Connection) -> list[WriteFound]:
    return [
        WriteFound(name, event, "", body, "event trigger", event, _path(path), routine=(schema, function))
        for name, event, body, path, schema, function in connection.execute(text(_EVENT_TRIGGERS), {"tags": _DDL})
    ]


def _relations(connection: Connection) -> tuple[Relation, ...]:
    return tuple(
        Relation((schema, name), (whole_schema, whole) if whole else None, _places(names), abroad, known_as)
        for schema, name, whole_schema, whole, names, abroad, known_as in connection.execute(text(_RELATIONS))
    )


def _places(names: list[str] | None) -> tuple[Place, ...]:
    return tuple((schema, name) for joined in names or () for schema, _, name in [joined.partition("\1")])


def _routines(connection: Connection) -> tuple[Routine, ...]:
    return tuple(
        Routine((schema, name), body, _path(path), _unseen(language) if may_write else "")
        for schema, name, body, path, language, may_write in connection.execute(text(_ROUTINES), {"tame": _HARMLESS})
    )


def _path(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(schema for schema in given if schema != "$user")


def _unseen(language: str) -> str:
    if language in _READ or language == "internal":
        return ""
    return "code in C" if language == "c" else f"code in {language}"


class PostgresqlWrites(Catalogue):
    """Triggers, rules and routines."""

    @override
    def triggers(self, connection: Connection) -> list[WriteFound]:
        """Return the triggers, rules and event triggers that are on."""
        return [*_triggers(connection), *_rules(connection), *_event_triggers(connection)]

    @override
    def catalogue(self, connection: Connection, tables: Sequence[str]) -> SchemaCatalogue:
        """Return the tables, views and routines of all schemas, with what is in C or another language marked so."""
        home = str(connection.scalar(text("select current_schema()")))
        path = connection.scalar(text("select current_schemas(false)")) or [home]
        return SchemaCatalogue(
            home, tuple(path), _relations(connection), _routines(connection), SPELLING, any_case=False
        )

    @override
    def rules(self, connection: Connection, table: Table) -> list[str]:
        """Return the names of the rules that are on for a table."""
        return list(connection.scalars(_STIRRING_RULES, {"table": table.name, "schema": table.schema}))

    @override
    def stirs(self, connection: Connection) -> bool:
        return bool(connection.scalar(_STIRS))

    @override
    def stopping_trigger(self, table: str, trigger: str) -> str:
        return f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"
