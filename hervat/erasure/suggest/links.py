"""Guess links: columns without a foreign key that seem to refer to a table, by name and type or by a kind."""

from collections.abc import Iterator

from sqlalchemy import Column, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from hervat.erasure.footprint.polymorphic import kind_pairs, links_for
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.suggest import naming
from hervat.erasure.suggest.evidence import Counts
from hervat.erasure.suggest.naming import flat, holds_bsn, words

_MIN_PART = 5  # letters, before part of a name is enough


def guess_links(schema: Schema, person: str, bsn: str) -> list[Key]:
    """Return a link for each column without a key whose name and type fit a table's primary key or the person's BSN."""
    return [link for table in schema.tables.values() for link in _links_of(table, schema, person, bsn)]


def kind_links(schema: Schema, counts: Counts) -> list[Key]:
    """Return a link, with its kinds, for each table that some kind beside a column names."""
    return [
        link
        for table in sorted(schema.tables)
        for column, kind in kind_pairs(schema[table])
        for link in links_for(schema, table, column, kind, counts.kinds(table, column, kind) or (), schema.tables)
    ]


def _links_of(table: TableInfo, schema: Schema, person: str, bsn: str) -> Iterator[Key]:
    in_keys = {name for key in table.keys for name in key.columns}
    for column in table.sa.columns:
        if column.name in in_keys:
            continue
        if holds_bsn(column):
            if table.name != person:
                yield Key(table.name, (column.name,), person, (bsn,), declared=False)
        elif target := _target(table, column, schema):
            yield Key(table.name, (column.name,), target.name, target.primary, declared=False)


def _target(table: TableInfo, column: Column[object], schema: Schema) -> TableInfo | None:
    candidates = [
        other
        for other in schema.tables.values()
        if other is not table and len(other.primary) == 1 and _fits(column.type, other.column(other.primary[0]).type)
    ]
    by_key = [other for other in candidates if _same_key(column.name, other.primary[0])]
    return _only(by_key) or _by_stem(column.name, candidates)


def _same_key(column: str, primary: str) -> bool:
    return flat(primary) not in naming.GENERIC_KEYS and flat(column) == flat(primary)


def _by_stem(column: str, candidates: list[TableInfo]) -> TableInfo | None:
    """Return the table named in front of (or behind) `id`, `nr` and the like; its last word may be enough."""
    stem = _stem(column)
    if not stem:
        return None
    exact = [table for table in candidates if flat(table.name) in (stem, f"{stem}en", f"{stem}s", f"{stem}n")]
    tails = [table for table in candidates if len(stem) >= _MIN_PART and flat(table.name).endswith(stem)]
    heads = [table for table in candidates if len(flat(table.name)) >= _MIN_PART and stem.endswith(flat(table.name))]
    last = words(column)[:-1][-1:] if len(words(column)) > 2 else ()
    ends = [
        table for table in candidates for word in last if len(word) >= _MIN_PART and flat(table.name).endswith(word)
    ]
    return _only(exact) or _only(tails) or _only(heads) or _only(ends)


def _stem(column: str) -> str:
    parts = words(column)
    rest = [word for word in parts if word not in naming.KEY_WORDS]
    if len(rest) < len(parts):
        return "".join(rest)
    whole = flat(column)
    ending = next((end for end in ("nummer", "id", "nr") if whole.endswith(end)), "")
    return whole.removesuffix(ending) if ending and len(whole) - len(ending) >= _MIN_PART - 1 else ""


def _only(tables: list[TableInfo]) -> TableInfo | None:
    return tables[0] if len(tables) == 1 else None


def _fits(left: TypeEngine[object], right: TypeEngine[object]) -> bool:
    families = (Integer, Numeric), (String,)
    if any(isinstance(left, family) and isinstance(right, family) for family in families):
        return True
    return type(left) is type(right)
