"""Reading the schema of a local system: a handful of queries for all tables, not for each."""

import re
import warnings
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, inspect
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import TypeEngine

from hervat.databases import database_of
from hervat.erasure.schema.column_names import says_bsn, says_v_number
from hervat.erasure.schema.model import Beyond, Key, LostKey, Schema, TableInfo
from hervat.erasure.schema.triggers import read_triggers
from hervat.settings import Footprint


def column_of(name: str, kind: TypeEngine[Any]) -> Column[Any]:
    """Return a column of the type beneath, however deep. A plan's hash has the domain, which `info` keeps as "type"."""
    plain = beneath(kind)
    return Column(name, plain) if plain is kind else Column(name, plain, info={"type": str(kind)})


def beneath(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that a domain is made of, any other type as it is."""
    inner = getattr(kind, "data_type", None)
    return kind if inner is None else beneath(inner)


def followed(tables: Mapping[str, TableInfo]) -> tuple[dict[str, TableInfo], list[LostKey]]:
    """Return the tables with the keys that lead to columns that are there, and the keys that do not."""
    found, lost = dict[str, TableInfo](), list[LostKey]()
    for name, table in tables.items():
        keys = [(key, _spelled(key, tables[key.target])) for key in table.keys]
        whys = {key: why for key, fit in keys if (why := _why(fit or key, fit is not None, tables))}
        lost += [LostKey(name, key.columns, key.target, key.target_columns, why, True) for key, why in whys.items()]
        kept = tuple(fit for key, fit in keys if fit and key not in whys)
        found[name] = table if kept == table.keys else replace(table, keys=kept)
    return found, lost


def _spelled(key: Key, target: TableInfo) -> Key | None:
    """Return the key with the columns of its target as they are spelled there, None where they are not there."""
    known = {name.lower(): name for name in target.columns} | {name: name for name in target.columns}
    columns = tuple(known.get(name, known.get(name.lower(), "")) for name in key.target_columns)
    if not all(columns) or len(columns) != len(key.columns) or not columns:
        return None
    return key if columns == key.target_columns else replace(key, target_columns=columns)


def _why(key: Key, fits: bool, tables: Mapping[str, TableInfo]) -> str:
    if not fits:
        named = ", ".join(key.target_columns)
        return f"which has no column {named}" if named else "which has no primary key that it could mean"
    if key.unclear:
        return key.unclear
    if key.to_part and not tables[key.target].is_unique(key.target_columns):
        columns = ", ".join(key.target_columns)
        return f"but to its part {key.to_part} alone: in the whole several rows may have the same {columns}"
    return ""


def told_of_views(views: Iterable[tuple[str, str, list[str]]], read: Container[str]) -> list[str]:
    """Return a line for each view, of (view, table, columns), that by its columns' names shows numbers of persons."""
    return [
        f"the view {view} shows {', '.join(telling)} of {table or 'no table of this database'}, which hervat does not"
        " read: what stands there is not cleaned; name it in coverage, or make its database a system"
        for view, table, columns in views
        if table not in read and (telling := [one for one in columns if says_bsn(one) or says_v_number(one)])
    ]


_BEFORE_DOT = re.compile(r"([^\s.<>=!'\"]+)\.")
_ARROWS = re.compile(r"\s*->\s*|\s+>\s+")
_seen: dict[tuple[str, frozenset[str]], Schema] = {}  # of this process: a schema is read anew only when it changed

Names = Mapping[str | None, list[str]]


def known_schema(connection: Connection, url: str, footprint: Footprint) -> Schema:
    """Return the schema for a footprint, from memory when the database says that nothing in it changed."""
    also = frozenset(_schemas_named(footprint))
    mark, seen = database_of(connection).schema_fingerprint(connection), _seen.get((url, also))
    if not mark or seen is None or seen.mark != mark:
        seen = _seen[url, also] = _with_the_owned(connection, also, footprint)
    return seen


def _with_the_owned(connection: Connection, also: frozenset[str], footprint: Footprint) -> Schema:
    """Read the schema, and the schemas to which the keys lead that `owns` names."""
    schema = read_schema(connection, also)
    owned = {text.lower().replace(" ", "") for text in footprint.owns}
    more = {
        key.schema
        for name, table in schema.tables.items()
        for key in table.beyond
        if str(Key(name, key.columns, "", ())).lower().replace(" ", "") in owned
    }
    return _with_the_owned(connection, also | more, footprint) if more - also else schema


def _schemas_named(footprint: Footprint) -> Iterator[str]:
    """Yield what may be the name of a schema in a footprint: whatever stands before a dot, blanks in it too."""
    texts = [footprint.person.table, *footprint.roots, *footprint.keep, *footprint.belongs, *footprint.where]
    texts += [*(footprint.path or []), *footprint.owns, *footprint.links, *footprint.conditions]
    for text in texts:
        yield from _BEFORE_DOT.findall(text)
        for part in _ARROWS.split(text):
            yield from (part[:at] for at, letter in enumerate(part) if letter == ".")


def read_schema(connection: Connection, also: Iterable[str] = ()) -> Schema:
    """Reflect the default schema, the schemas of `also`, and the tables of any other that point into these.

    Tables, not views; of a partitioned table the whole, not the parts.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column type unknown to SQLAlchemy is no obstacle
        look, database = inspect(connection), database_of(connection)
        read = [None, *sorted(set(also) & set(look.get_schema_names()) - {look.default_schema_name})]
        names: dict[str | None, list[str]] = {one: _tables(look, connection, one) for one in read}
        for schema, table in database.pointing_in(connection, [one for one in read if one]):
            names.setdefault(schema, []).append(table)
        known = _Known(names, database.folds_names(), frozenset(read))
        tables, lost = followed(
            {one.name: one for schema in names for one in _read(connection, schema, names[schema], known)}
        )
        views = {known.shown(one, name) for one in read for name in look.get_view_names(one)}
    return Schema(
        tables=dict(sorted(tables.items())),
        outside=tuple(sorted({one for one in database.outside(connection) if one.table not in tables})),
        triggers=read_triggers(connection, tables),
        views=frozenset(views),
        copies=tuple(database.copies(connection)),
        mark=database.schema_fingerprint(connection),
        unfit=tuple(database.unfit(connection)),
        keepers=tuple(database.keepers(connection, [one for one in read if one])),
        moving=frozenset(database.moving(connection)),
        lost=tuple(sorted({*lost, *known.lost(views, look)})),
        places=database.places(connection),
        unseen=(*database.unseen(connection), *told_of_views(database.views_beyond(connection), tables)),
    )


class _Known:
    """The tables that are read, by schema and name, and by the name that each goes by here."""

    def __init__(self, names: Names, any_case: bool, whole: frozenset[str | None]) -> None:
        self.any_case, self._whole = any_case, whole
        self._missing: list[LostKey] = []
        self._tables = {
            self._fold(self.shown(schema, name)): self.shown(schema, name) for schema in names for name in names[schema]
        }

    def shown(self, schema: str | None, name: str) -> str:
        """Return the name by which a table goes."""
        return f"{schema}.{name}" if schema else name

    def target(self, found: ReflectedForeignKeyConstraint, own: str | None) -> str | None:
        """Return the table that a foreign key names, None where it is not read."""
        schema, name = found["referred_schema"], found["referred_table"]
        able = [self.shown(schema, name)] if schema else [name, self.shown(own, name)]
        return next((self._tables[self._fold(one)] for one in able if self._fold(one) in self._tables), None)

    def beyond(
        self, found: ReflectedForeignKeyConstraint, own: str | None, spelled: Mapping[str, str]
    ) -> Iterator[Beyond]:
        """Yield the foreign key if it leads to a table of a schema that is not read."""
        schema = found["referred_schema"]
        if schema and schema not in self._whole and self.target(found, own) is None:
            yield Beyond(_columns(found, spelled), schema)

    def miss(self, table: str, columns: tuple[str, ...], found: ReflectedForeignKeyConstraint) -> None:
        """Note a key to a table that is not there, though all tables of that schema are read."""
        if found["referred_schema"] in self._whole:
            target = self.shown(found["referred_schema"], found["referred_table"])
            self._missing.append(LostKey(table, columns, target, tuple(found["referred_columns"]), ""))

    def lost(self, views: Iterable[str], look: Inspector) -> list[LostKey]:
        """Return the keys to tables that are not there, or that are of a kind of which no rows are read."""
        names = {self._fold(one) for one in views}
        return [replace(one, why=self._why(one.target, names, look)) for one in self._missing]

    def _why(self, target: str, views: Iterable[str], look: Inspector) -> str:
        schema, _, name = target.rpartition(".")
        if self._fold(target) in views:
            return "which is a view"
        return "which is no plain table" if look.has_table(name, schema or None) else "which is not there"

    def _fold(self, name: str) -> str:
        return name.lower() if self.any_case else name


def _tables(look: Inspector, connection: Connection, schema: str | None) -> list[str]:
    beside = set(database_of(connection).left_out(connection, schema))
    return sorted(name for name in look.get_table_names(schema) if name not in beside)


def _read(connection: Connection, schema: str | None, names: list[str], known: _Known) -> list[TableInfo]:
    if not names:
        return []
    look = inspect(connection)
    given: dict[str, Any] = {"schema": schema, "filter_names": sorted(names)}
    columns, primary = look.get_multi_columns(**given), look.get_multi_pk_constraint(**given)
    database_of(connection).tell_collations(look, columns)
    keys, unique = database_of(connection).foreign_keys(connection, schema, sorted(names)), {}
    with suppress(NotImplementedError):  # SQL Server, where the index behind a UNIQUE tells
        unique = look.get_multi_unique_constraints(**given)
    # SQLite hides the index behind a UNIQUE that stands with its column, and SQLAlchemy does not always see the UNIQUE.
    given |= {"include_auto_indexes": True} if known.any_case else {}
    indexes = look.get_multi_indexes(**given)
    return [
        _table(known, at, columns[at], primary.get(at), keys.get(at, []), unique.get(at, []), indexes.get(at, []))
        for at in sorted(columns, key=lambda one: one[1])
    ]


def _table(
    known: _Known, at: tuple[str | None, str], columns: Any, primary: Any, keys: Any, unique: Any, indexes: Any
) -> TableInfo:
    schema, name = at
    shown = known.shown(schema, name)
    main = tuple((primary or {}).get("constrained_columns", ()))
    spelled = {one["name"].lower(): one["name"] for one in columns}
    found = {key: None for one in keys if (key := _key(shown, one, schema, known, spelled))}
    whole = [one for one in indexes if all(one["column_names"])]
    plain = [one for one in whole if not any("where" in option for option in one.get("dialect_options", {}))]
    return TableInfo(
        name=shown,
        sa=Table(name, MetaData(), *(_column(one) for one in columns), schema=schema),
        primary=main,
        nullable=frozenset(one["name"] for one in columns if one["nullable"] and one["name"] not in main),
        keys=tuple(sorted(found, key=lambda key: (key.columns, key.target, key.target_columns))),
        unique=tuple(tuple(one["column_names"]) for one in [*unique, *(one for one in plain if one["unique"])]),
        indexes=tuple(tuple(one["column_names"]) for one in plain),
        beyond=tuple(sorted({one for found in keys for one in known.beyond(found, schema, spelled)})),
    )


def _column(found: Any) -> Column[Any]:
    """Return a column; `info` says whether the database computes it."""
    column = column_of(found["name"], found["type"])
    column.info["computed"] = bool(found.get("computed"))
    return column


def _columns(found: Any, spelled: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(spelled.get(name.lower(), name) for name in found["constrained_columns"])


def _key(table: str, found: Any, schema: str | None, known: _Known, spelled: Mapping[str, str]) -> Key | None:
    columns = _columns(found, spelled)
    target = known.target(found, schema)
    if target is None:
        known.miss(table, columns, found)
        return None
    options = found.get("options", {})
    more = {"sure": found.get("sure", True), "full": options.get("match") == "FULL"}
    more |= {name: found.get(name, "") for name in ("unclear", "to_part")}
    action, update = (str(options.get(one) or "").upper() for one in ("ondelete", "onupdate"))
    return Key(table, columns, target, tuple(found["referred_columns"]), on_delete=action, on_update=update, **more)
