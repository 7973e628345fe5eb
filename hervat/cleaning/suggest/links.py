"""Relations that no foreign key declares, guessed from a column's name and type."""

from collections.abc import Iterator

from sqlalchemy import Column, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from hervat.cleaning.schema import Key, Schema, TableInfo
from hervat.cleaning.suggest import vocabulary
from hervat.cleaning.suggest.columns import holds_bsn
from hervat.cleaning.suggest.person import PersonGuess
from hervat.cleaning.suggest.words import flat, words

_TAIL = 5


def guess_links(schema: Schema, person: PersonGuess | None) -> list[Key]:
    """Return a link for each column without a key whose name and type fit a table's primary key or the person's BSN."""
    return [link for table in schema.tables.values() for link in _of(table, schema, person)]


def _of(table: TableInfo, schema: Schema, person: PersonGuess | None) -> Iterator[Key]:
    in_keys = {name for key in table.keys for name in key.columns}
    for column in table.sa.columns:
        if column.name in in_keys:
            continue
        if holds_bsn(column):
            if person and table.name != person.table:
                yield Key(table.name, (column.name,), person.table, (person.column,), declared=False)
        elif target := _target(table, column, schema):
            yield Key(table.name, (column.name,), target.name, target.primary, declared=False)


def _target(table: TableInfo, column: Column[object], schema: Schema) -> TableInfo | None:
    able = [
        other
        for other in schema.tables.values()
        if other is not table and len(other.primary) == 1 and _fits(column.type, other.column(other.primary[0]).type)
    ]
    by_key = [other for other in able if _same_key(column.name, other.primary[0])]
    return _one(by_key) or _by_stem(column.name, able)


def _same_key(column: str, primary: str) -> bool:
    return flat(primary) not in vocabulary.GENERIC_KEYS and flat(column) == flat(primary)


def _by_stem(column: str, able: list[TableInfo]) -> TableInfo | None:
    """Return the table that is named before (or behind) `id`, `nr` and the like; its last word may be enough."""
    stem = _stem(column)
    if not stem:
        return None
    exact = [other for other in able if flat(other.name) in (stem, f"{stem}en", f"{stem}s", f"{stem}n")]
    tails = [other for other in able if len(stem) >= _TAIL and flat(other.name).endswith(stem)]
    heads = [other for other in able if len(flat(other.name)) >= _TAIL and stem.endswith(flat(other.name))]
    last = words(column)[:-1][-1:] if len(words(column)) > 2 else ()
    ends = [other for other in able for one in last if len(one) >= _TAIL and flat(other.name).endswith(one)]
    return _one(exact) or _one(tails) or _one(heads) or _one(ends)


def _stem(column: str) -> str:
    parts = words(column)
    rest = [word for word in parts if word not in vocabulary.KEY_WORDS]
    if len(rest) < len(parts):
        return "".join(rest)
    whole = flat(column)
    ending = next((end for end in ("nummer", "id", "nr") if whole.endswith(end)), "")
    return whole.removesuffix(ending) if ending and len(whole) - len(ending) >= _TAIL - 1 else ""


def _one(found: list[TableInfo]) -> TableInfo | None:
    return found[0] if len(found) == 1 else None


def _fits(one: TypeEngine[object], other: TypeEngine[object]) -> bool:
    numbers, texts = (Integer, Numeric), (String,)
    return any(isinstance(one, kind) and isinstance(other, kind) for kind in (numbers, texts)) or type(one) is type(
        other
    )
