"""Reading the schema of a local system: a handful of queries for all tables together."""

import re
import warnings
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import TypeEngine

from hervat.databases import database_of
from hervat.erasure.schema.alike import alike
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.key_targets import KnownTables, constrained_columns, resolve_keys
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.schema.triggers import read_triggers
from hervat.settings import Footprint


def column_of(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """Return a column of the base type; `info` keeps the domain as "type" for the plan's hash."""
    plain = base_type(kind)
    return Column(name, plain) if plain is kind else Column(name, plain, info={"type": str(kind)})


def base_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that a domain is based on, any other type as it is."""
    inner = getattr(kind, "data_type", None)
    return kind if inner is None else base_type(inner)


def view_notes(views: Iterable[tuple[str, str, list[str]]], read: Container[str]) -> list[str]:
    """Return a note for each view, of (view, table, columns), whose column names suggest BSNs or V-nummers."""
    return [
        f"the view {view} shows {', '.join(suspects)} of {table or 'no table of this database'}, which hervat does not"
        " read: its rows are not cleaned; name it in coverage, or make its database a system"
        for view, table, columns in views
        if table not in read
        and (suspects := [column for column in columns if says_bsn(column) or says_v_number(column)])
    ]


_BEFORE_DOT = re.compile(r"([^\s.<>=!'\"]+)\.")
_ARROWS = re.compile(r"\s*->\s*|\s+>\s+")
_cache: dict[tuple[object, ...], Schema] = {}  # of this process: a schema is read again only when it changed
_MOST = 1000


def cached_schema(connection: Connection, url: str, footprint: Footprint) -> Schema:
    """Return the schema for a footprint, from memory if the database reports no change.

    Where the fingerprint is of all that is read, as on SQLite, databases with the same one share their schema.
    """
    named, database = frozenset(_schemas_named(footprint)), database_of(connection)
    fingerprint = database.schema_fingerprint(connection)
    key = (database.name, fingerprint if database.fingerprint_is_whole else url, named, frozenset(footprint.owns))
    schema = _cache.get(key)
    if not fingerprint or schema is None or schema.fingerprint != fingerprint:
        if len(_cache) >= _MOST:
            _cache.clear()
        schema = _cache[key] = _read_with_owned(connection, named, footprint, fingerprint)
    return schema


def _read_with_owned(connection: Connection, also: frozenset[str], footprint: Footprint, fingerprint: str) -> Schema:
    """Read the schema, and the schemas that keys listed under `owns` lead to.

    fingerprint: taken before, so that what changed meanwhile is seen the next time.
    """
    schema = read_schema(connection, also, fingerprint)
    owned = {text.lower().replace(" ", "") for text in footprint.owns}
    more = {
        key.schema
        for name, table in schema.tables.items()
        for key in table.beyond
        if str(Key(name, key.columns, "", ())).lower().replace(" ", "") in owned
    }
    return _read_with_owned(connection, also | more, footprint, fingerprint) if more - also else schema


def _schemas_named(footprint: Footprint) -> Iterator[str]:
    """Yield every text in a footprint that could name a schema: anything before a dot, blanks included."""
    texts = [footprint.person.table, *footprint.roots, *footprint.keep, *footprint.belongs, *footprint.where]
    texts += [*(footprint.path or []), *footprint.owns, *footprint.links, *footprint.conditions]
    for text in texts:
        yield from _BEFORE_DOT.findall(text)
        for part in _ARROWS.split(text):
            yield from (part[:at] for at, letter in enumerate(part) if letter == ".")


def read_schema(connection: Connection, also: Iterable[str] = (), fingerprint: str = "") -> Schema:
    """Read the default schema, the schemas in `also`, and the tables of any other schema that point into them.

    Tables, not views; of a partitioned table the whole, not the parts.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy does no harm
        inspector, database = inspect(connection), database_of(connection)
        read = [None, *sorted(set(also) & set(inspector.get_schema_names()) - {inspector.default_schema_name})]
        names: dict[str | None, list[str]] = {schema: _tables(inspector, connection, schema) for schema in read}
        for schema, table in database.pointing_in(connection, [name for name in read if name]):
            names.setdefault(schema, []).append(table)
        known = KnownTables(names, database.folds_names(), frozenset(read))
        tables, lost = resolve_keys(
            {info.name: info for schema in names for info in _read(connection, schema, names[schema], known)}
        )
        views = {known.shown(schema, name) for schema in read for name in inspector.get_view_names(schema)}
    return Schema(
        tables=dict(sorted(tables.items())),
        outside=tuple(sorted({key for key in database.outside(connection) if key.table not in tables})),
        triggers=read_triggers(connection, tables),
        views=frozenset(views),
        copies=tuple(database.copies(connection)),
        fingerprint=fingerprint,
        unfit=tuple(database.unfit(connection)),
        keepers=tuple(database.keepers(connection, [name for name in read if name])),
        moving=frozenset(database.moving(connection)),
        lost=tuple(sorted({*lost, *known.lost(views, inspector)})),
        places=database.places(connection),
        unseen=(*database.unseen(connection), *view_notes(database.views_beyond(connection), tables)),
    )


def _tables(inspector: Inspector, connection: Connection, schema: str | None) -> list[str]:
    skipped = set(database_of(connection).left_out(connection, schema))
    return sorted(name for name in inspector.get_table_names(schema) if name not in skipped)


@dataclass(frozen=True)
class _Reflected:
    """Everything that SQLAlchemy reads of one table."""

    columns: Any
    primary: Any
    keys: Any
    unique: Any
    indexes: Any


def _read(connection: Connection, schema: str | None, names: list[str], known: KnownTables) -> list[TableInfo]:
    if not names:
        return []
    inspector = inspect(connection)
    options: dict[str, Any] = {"schema": schema, "filter_names": sorted(names)}
    columns, primary = inspector.get_multi_columns(**options), inspector.get_multi_pk_constraint(**options)
    database_of(connection).tell_collations(inspector, columns)
    keys, unique = database_of(connection).foreign_keys(connection, schema, sorted(names)), {}
    with suppress(NotImplementedError):  # SQL Server, where the index behind a UNIQUE shows it
        unique = inspector.get_multi_unique_constraints(**options)
    # SQLite hides the index behind a UNIQUE declared with its column, and SQLAlchemy does not always see the UNIQUE.
    options |= {"include_auto_indexes": True} if known.any_case else {}
    indexes = inspector.get_multi_indexes(**options)
    tables = {
        place: _Reflected(
            columns[place], primary.get(place), keys.get(place, []), unique.get(place, []), indexes.get(place, [])
        )
        for place in columns
    }
    dialect = connection.dialect.name
    return [_table(dialect, known, *place, tables[place]) for place in sorted(tables, key=lambda place: place[1])]


def _table(dialect: str, known: KnownTables, schema: str | None, name: str, reflected: _Reflected) -> TableInfo:
    shown = known.shown(schema, name)
    primary = tuple((reflected.primary or {}).get("constrained_columns", ()))
    spelled = {column["name"].lower(): column["name"] for column in reflected.columns}
    readable = (_key(shown, key, schema, known, spelled) for key in reflected.keys)
    keys = dict.fromkeys(key for key in readable if key)
    indexes = [index for index in reflected.indexes if _is_plain(index)]
    uniques = [*reflected.unique, *(index for index in indexes if index["unique"])]
    return TableInfo(
        name=shown,
        sa=alike(dialect, Table(name, MetaData(), *(_column(column) for column in reflected.columns), schema=schema)),
        primary=primary,
        nullable=frozenset(_nullable(reflected.columns) - set(primary)),
        keys=tuple(sorted(keys, key=lambda key: (key.columns, key.target, key.target_columns))),
        unique=tuple(tuple(unique["column_names"]) for unique in uniques),
        indexes=tuple(tuple(index["column_names"]) for index in indexes),
        beyond=tuple(sorted({beyond for key in reflected.keys for beyond in known.beyond(key, schema, spelled)})),
    )


def _is_plain(index: Any) -> bool:
    """True for an index on columns alone, of all rows."""
    partial = any("where" in option for option in index.get("dialect_options", {}))
    return all(index["column_names"]) and not partial


def _nullable(columns: Any) -> set[str]:
    return {column["name"] for column in columns if column["nullable"]}


def _column(reflected: Any) -> Column[Any]:
    """Return a column; `info` holds whether the database computes it."""
    column = column_of(reflected["name"], reflected["type"])
    column.info["computed"] = bool(reflected.get("computed"))
    return column


def _key(table: str, reflected: Any, schema: str | None, known: KnownTables, spelled: Mapping[str, str]) -> Key | None:
    columns = constrained_columns(reflected, spelled)
    target = known.target(reflected, schema)
    if target is None:
        known.miss(table, columns, reflected)
        return None
    options = reflected.get("options", {})
    details = {"sure": reflected.get("sure", True), "full": options.get("match") == "FULL"}
    details |= {name: reflected.get(name, "") for name in ("unclear", "to_part")}
    action, update = (str(options.get(option) or "").upper() for option in ("ondelete", "onupdate"))
    return Key(
        table, columns, target, tuple(reflected["referred_columns"]), on_delete=action, on_update=update, **details
    )
