"""What a key that cannot be followed may have meant: reported before any row is read."""

from collections.abc import Iterator

from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Key, LostKey, Schema


def told(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a line for each such key that may lead into the footprint."""
    return [f"{one}: {one.mend}" for one in open_ones(shape, schema, keep) if list(meant(one, shape, schema))]


def told_of_all(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a line for each such key, also where it can't lead into the footprint."""
    relevant = {one for one in open_ones(shape, schema, keep) if list(meant(one, shape, schema))}
    return [f"{one}: it is not followed" for one in schema.lost if one not in relevant]


def open_ones(shape: Shape, schema: Schema, keep: list[str]) -> list[LostKey]:
    """Return the keys of which the footprint does not say what they mean."""
    linked = {(key.table, column) for key in shape.keys if not key.declared for column in key.columns}
    return [
        one
        for one in schema.lost
        if one.table not in keep and not any((one.table, column) in linked for column in one.columns)
    ]


def meant(one: LostKey, shape: Shape, schema: Schema) -> Iterator[Key]:
    """Yield the keys that it may have been, each into a table inside."""
    for name in shape.tables:
        if one.known and name != one.target:
            continue
        if columns := _columns(one, schema, name):
            yield Key(one.table, one.columns, name, columns, declared=False)


def _columns(one: LostKey, schema: Schema, name: str) -> tuple[str, ...]:
    """Return the columns of a table that the key may name, () where it can't be this table."""
    known = {column.lower(): column for column in schema[name].columns}
    named = tuple(known.get(column.lower(), "") for column in one.wanted)
    fits = bool(named) and all(named) and len(named) == len(one.columns)
    if not fits and one.wanted and not one.known:
        return ()
    columns = named if fits else schema[name].primary
    return columns if len(columns) == len(one.columns) else ()
