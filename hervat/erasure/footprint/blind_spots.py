"""Blind spots of a footprint: keys that cannot be followed, tables that may not be read, rows stored elsewhere."""

from collections.abc import Iterator

from hervat.databases import Outside
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Key, LostKey, Schema


def lost_key_warnings(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a line for each such key that may lead into the footprint."""
    return [
        f"{one}: {one.mend}"
        for one in undecided_lost_keys(shape, schema, keep)
        if list(possible_keys(one, shape, schema))
    ]


def irrelevant_lost_keys(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a line for each such key, also where it can't lead into the footprint."""
    relevant = {one for one in undecided_lost_keys(shape, schema, keep) if list(possible_keys(one, shape, schema))}
    return [f"{one}: it is not followed" for one in schema.lost if one not in relevant]


def undecided_lost_keys(shape: Shape, schema: Schema, keep: list[str]) -> list[LostKey]:
    """Return the keys of which the footprint does not say what they mean."""
    linked = {(key.table, column) for key in shape.keys if not key.declared for column in key.columns}
    return [
        one
        for one in schema.lost
        if one.table not in keep and not any((one.table, column) in linked for column in one.columns)
    ]


def possible_keys(one: LostKey, shape: Shape, schema: Schema) -> Iterator[Key]:
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


def location_notes(shape: Shape, schema: Schema) -> list[str]:
    """Return what works and is still worth a thought."""
    remote = [
        f"{kind} {name}: its rows stand elsewhere, hervat does not clean there; make that database a system of its own"
        for name, kind in sorted(schema.places.remote.items())
    ]
    return [*_path(shape, schema), *outside_blockers(shape, schema), *remote, *schema.unseen]


def _stopping(one: Outside) -> str:
    """Return why a key of a table that may not be read stops a plan."""
    return (
        f"{one.table} (another schema) points to {one.target} by a key that would cascade or that nobody checks,"
        f" and may not be read; let the administrator grant USAGE on its schema and SELECT on {one.table}"
    )


def outside_blockers(shape: Shape, schema: Schema) -> list[str]:
    """Return why the plan stops, for each such key: the database would change rows that nobody counted."""
    return [_stopping(one) for one in _acting(shape, schema)]


def _acting(shape: Shape, schema: Schema) -> list[Outside]:
    return [one for one in schema.outside if one.acts and one.target in shape.tables]


def refusal_warnings(shape: Shape, schema: Schema) -> list[str]:
    """Return a line for each table that may not be read and whose rows may make the database refuse a cleaning."""
    return [
        f"{one.table}, which this account may not read, points to {one.target}: where its rows name one that is erased"
        " the database refuses the whole cleaning, and how many there are is not known; let the administrator grant"
        f" USAGE on its schema and SELECT on {one.table}"
        for one in schema.outside
        if one.target in shape.tables and not one.acts
    ]


def _path(shape: Shape, schema: Schema) -> Iterator[str]:
    """Say where the tables of the footprint stand, if that is not where the account itself is at home."""
    places = schema.places
    homes = sorted({places.homes[name] for name in (*shape.tables, shape.person) if name in places.homes})
    if not places.homes or homes in ([], [places.first]):
        return
    if len(homes) == 1:
        what = f"the tables of the footprint stand in {homes[0]}, and the account {places.account} is at home in"
        mend = f"ALTER ROLE {places.account} IN DATABASE {places.database} SET search_path = {homes[0]}"
        yield f"search_path: {what} {places.first or 'no schema'}; let the administrator: {mend}"
    else:
        what = f"the tables of the footprint stand in several schemas ({', '.join(homes)}), found by the search_path"
        yield f"search_path: {what}; write them as schema.table, so that another search_path finds no others"
