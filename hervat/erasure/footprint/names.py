"""Resolving the names of a footprint to the names of the schema: case, length limits, and all mistakes at once."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Dialect

from hervat.erasure.schema.model import Schema, split_when
from hervat.errors import ConfigurationError, Problem
from hervat.settings import Footprint

_QUOTED_NAME = re.compile(r"[^\s.<>=!'\",;()\[\]{}]+")


def truncated_names(footprint: Footprint, dialect: Dialect) -> Footprint:
    """Return the footprint with every name truncated as the database does. Values stay as they are."""
    limit = dialect.max_identifier_length
    given = footprint.model_dump(mode="python")
    where = {_cut(name, limit): value for name, value in given.pop("where").items()}
    links = [_link(link, limit) for link in given.pop("links")]
    return Footprint.model_validate(_walked(given, limit) | {"where": where, "links": links})


def _walked(part: Any, limit: int) -> Any:
    if isinstance(part, dict):
        return {_cut(key, limit): _walked(value, limit) for key, value in part.items()}
    if isinstance(part, list):
        return [_walked(item, limit) for item in part]
    return _cut(part, limit) if isinstance(part, str) else part


def _link(text: str, limit: int) -> str:
    """Return a link with its names truncated: the class that a kind is called by may be longer than any name."""
    plain, condition = split_when(text)
    if condition is None:
        return _cut(plain, limit)
    name, *rest = re.split(r"(?=[\s=(])", condition, maxsplit=1)
    return f"{_cut(plain, limit)} when {_cut(name, limit)}{''.join(rest)}"


def _cut(text: str, limit: int) -> str:
    return _QUOTED_NAME.sub(lambda match: match[0].encode()[:limit].decode(errors="ignore"), text)


_NAME = re.compile(r"^[^'\"<>=!]+?(?=\s*(?:[<>=!]|\bis\b|$))", re.IGNORECASE)

_KIND = re.compile(r"^[^\s'\"<>=!()]*")


def resolved_names(footprint: Footprint, schema: Schema) -> Footprint:
    """Return the footprint with each name spelled as in the schema, if exactly one matches case-insensitively.

    A name that matches none or several stays as written: reading the footprint will report it.
    """
    names = _Spelling(schema)
    person = footprint.person
    table = names.table(person.table)
    return footprint.model_copy(
        update={
            "person": person.model_copy(update={"table": table, "bsn": names.column(table, person.bsn)}),
            "root": [names.table(root) for root in footprint.roots],
            "path": footprint.path and [names.key(key) for key in footprint.path],
            "where": {names.both(name): value for name, value in footprint.where.items()},
            "conditions": [names.condition(text) for text in footprint.conditions],
            "owns": [names.key(key) for key in footprint.owns],
            "belongs": {
                (held := names.table(name)): [names.column(held, column) for column in columns]
                for name, columns in footprint.belongs.items()
            },
            "links": [names.link(link) for link in footprint.links],
            "keep": [names.table(table) for table in footprint.keep],
        }
    )


class _Spelling:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def table(self, name: str) -> str:
        return _best_match(self._schema.places.bare(name), self._schema.tables)

    def column(self, table: str, name: str) -> str:
        return _best_match(name, self._schema[table].columns if table in self._schema.tables else ())

    def both(self, name: str) -> str:
        """Return "table.column" as the schema spells it; either may contain a dot."""
        splits = [(name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == "."]
        for left, right in splits:
            table = self.table(left)
            column = self.column(table, right)
            if table in self._schema.tables and column in self._schema[table].columns:
                return f"{table}.{column}"
        return name

    def key(self, name: str) -> str:
        """Return "table.column", optionally followed by "-> table" or "-> table.column", as the schema spells it."""
        return " -> ".join(self.table(self.both(part.strip())) for part in name.split("->"))

    def link(self, text: str) -> str:
        """Return a link and the column after `when` as the schema spells them; its values stay as they are."""
        plain, condition = split_when(text)
        if condition is None:
            return self.key(text)
        key = self.key(plain)
        table, bare = key.partition(" -> ")[0].rpartition(".")[0], "." not in _KIND.match(condition)[0]  # type: ignore[index]
        spelled = _KIND.sub(lambda name: self.column(table, name[0]) if bare else self.both(name[0]), condition)
        return f"{key} when {spelled}"

    def condition(self, text: str) -> str:
        *keys, last = text.split(" > ")
        return " > ".join([*map(self.key, keys), _NAME.sub(lambda name: self.both(name[0]), last)])


def _best_match(name: str, known: Iterable[str]) -> str:
    names = list(known)
    if name in names:
        return name
    matches = [candidate for candidate in names if candidate.lower() == name.lower()]
    return matches[0] if len(matches) == 1 else name


class FootprintProblems:
    """All mistakes in one system's footprint, collected before anything is refused."""

    def __init__(self, system: str, schema: Schema) -> None:
        self.system, self.schema = system, schema
        self.problems: list[Problem] = []

    def add(self, key: str, message: str, fix: str) -> None:
        """Note a mistake at `key` (below the system)."""
        problem = Problem("hervat.yaml", f"systems.{self.system}.{key}", message, fix)
        if problem not in self.problems:
            self.problems.append(problem)

    def stop(self) -> None:
        """Raise ConfigurationError with all mistakes, if any."""
        if self.problems:
            raise ConfigurationError(self.problems)

    def table(self, key: str, name: str) -> str | None:
        """Return the table with that name, or None after noting that it does not exist."""
        if name in self.schema.tables:
            return name
        if name in self.schema.views:
            self.add(key, f"{name} is a view", "name the table behind it: rows are erased there")
        else:
            fix = self.schema.places.meant(name)
            self.add(key, f"there is no table {name}", fix or _suggestion(name, self.schema.tables))
        return None

    def column(self, key: str, name: str) -> tuple[str, str] | None:
        """Return (table, column) for "table.column", or None after noting which part does not exist."""
        splits = [(name[:at], name[at + 1 :]) for at, letter in enumerate(name) if letter == "."]
        for table, column in splits:
            if table in self.schema.tables and column in self.schema[table].columns:
                return table, column
        if not splits:
            self.add(key, f"{name} names no column", "write table.column")
            return None
        table, column = next((split for split in splits if split[0] in self.schema.tables), splits[0])
        if self.table(key, table):
            self.add(key, f"the table {table} has no column {column}", _suggestion(column, self.schema[table].columns))
        return None


def _suggestion(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(name, names, 1, 0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"there are: {', '.join(names[:30])}" if names else "the default schema of this database has no tables"
