"""Targets of foreign keys: tables that are read, tables beyond them, and keys that can't be followed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.engine.reflection import Inspector

from hervat.erasure.schema.model import Beyond, Key, LostKey, TableInfo

Names = Mapping[str | None, list[str]]


class KnownTables:
    """The tables that are read, by schema and name, and by the name under which hervat knows them."""

    def __init__(self, names: Names, any_case: bool, whole: frozenset[str | None]) -> None:
        self.any_case, self._whole = any_case, whole
        self._missing: list[LostKey] = []
        self._tables = {
            self._fold(self.shown(schema, name)): self.shown(schema, name) for schema in names for name in names[schema]
        }

    def shown(self, schema: str | None, name: str) -> str:
        """Return the name under which hervat knows a table."""
        return f"{schema}.{name}" if schema else name

    def target(self, reflected: ReflectedForeignKeyConstraint, own: str | None) -> str | None:
        """Return the table that a foreign key names, None if it is not read."""
        schema, target = reflected["referred_schema"], reflected["referred_table"]
        candidates = [self.shown(schema, target)] if schema else [target, self.shown(own, target)]
        return next((self._tables[self._fold(name)] for name in candidates if self._fold(name) in self._tables), None)

    def beyond(
        self, reflected: ReflectedForeignKeyConstraint, own: str | None, spelled: Mapping[str, str]
    ) -> Iterator[Beyond]:
        """Yield the foreign key if its target is in a schema that is not read."""
        schema = reflected["referred_schema"]
        if schema and schema not in self._whole and self.target(reflected, own) is None:
            yield Beyond(constrained_columns(reflected, spelled), schema)

    def miss(self, table: str, columns: tuple[str, ...], reflected: ReflectedForeignKeyConstraint) -> None:
        """Note a key to a table that does not exist, though all tables of its schema are read."""
        if reflected["referred_schema"] in self._whole:
            target = self.shown(reflected["referred_schema"], reflected["referred_table"])
            self._missing.append(LostKey(table, columns, target, tuple(reflected["referred_columns"]), ""))

    def lost(self, views: Iterable[str], inspector: Inspector) -> list[LostKey]:
        """Return the keys to tables that do not exist, or whose rows are not read."""
        names = {self._fold(view) for view in views}
        return [replace(key, why=self._why(key.target, names, inspector)) for key in self._missing]

    def _why(self, target: str, views: Iterable[str], inspector: Inspector) -> str:
        schema, _, name = target.rpartition(".")
        if self._fold(target) in views:
            return "which is a view"
        return "which is no plain table" if inspector.has_table(name, schema or None) else "which is not there"

    def _fold(self, name: str) -> str:
        return name.lower() if self.any_case else name


def constrained_columns(reflected: Any, spelled: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns of a reflected key as the table spells them."""
    return tuple(spelled.get(name.lower(), name) for name in reflected["constrained_columns"])


def resolve_keys(tables: Mapping[str, TableInfo]) -> tuple[dict[str, TableInfo], list[LostKey]]:
    """Return the tables with the keys that lead to existing columns, and the keys that do not."""
    resolved, lost = dict[str, TableInfo](), list[LostKey]()
    for name, table in tables.items():
        keys = [(key, _with_spelling(key, tables[key.target])) for key in table.keys]
        reasons = {
            key: reason
            for key, spelled in keys
            if (reason := _lost_reason(spelled or key, spelled is not None, tables))
        }
        lost += [
            LostKey(name, key.columns, key.target, key.target_columns, reason, True) for key, reason in reasons.items()
        ]
        kept = tuple(spelled for key, spelled in keys if spelled and key not in reasons)
        resolved[name] = table if kept == table.keys else replace(table, keys=kept)
    return resolved, lost


def _with_spelling(key: Key, target: TableInfo) -> Key | None:
    """Return the key with its target columns as they are spelled there, None where they do not exist."""
    known = {name.lower(): name for name in target.columns} | {name: name for name in target.columns}
    columns = tuple(known.get(name, known.get(name.lower(), "")) for name in key.target_columns)
    if not all(columns) or len(columns) != len(key.columns) or not columns:
        return None
    return key if columns == key.target_columns else replace(key, target_columns=columns)


def _lost_reason(key: Key, fits: bool, tables: Mapping[str, TableInfo]) -> str:
    columns = ", ".join(key.target_columns)
    if not fits:
        return f"which has no column {columns}" if columns else "which has no primary key that it could mean"
    if key.unclear:
        return key.unclear
    if key.to_part and not tables[key.target].is_unique(key.target_columns):
        return f"but to its part {key.to_part} alone: in the whole several rows may have the same {columns}"
    return ""
