"""Blind spots of a footprint: keys that cannot be followed, tables that may not be read, rows stored elsewhere."""

from collections.abc import Iterator

from hervat.databases import Outside
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Key, LostKey, Schema


def lost_key_warnings(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a warning for each key that can't be followed and may lead into the footprint."""
    return [
        f"{key}: {key.fix}"
        for key in undecided_lost_keys(shape, schema, keep)
        if list(possible_keys(key, shape, schema))
    ]


def irrelevant_lost_keys(shape: Shape, schema: Schema, keep: list[str]) -> list[str]:
    """Return a note for each other key that can't be followed."""
    relevant = {key for key in undecided_lost_keys(shape, schema, keep) if list(possible_keys(key, shape, schema))}
    return [f"{key}: it is not followed" for key in schema.lost if key not in relevant]


def undecided_lost_keys(shape: Shape, schema: Schema, keep: list[str]) -> list[LostKey]:
    """Return the keys whose meaning the footprint does not settle."""
    linked = {(link.table, column) for link in shape.keys if not link.declared for column in link.columns}
    return [
        key
        for key in schema.lost
        if key.table not in keep and not any((key.table, column) in linked for column in key.columns)
    ]


def possible_keys(lost: LostKey, shape: Shape, schema: Schema) -> Iterator[Key]:
    """Yield the keys that a lost key may have been, each into a table inside."""
    for name in shape.tables:
        if lost.known and name != lost.target:
            continue
        if columns := _target_columns(lost, schema, name):
            yield Key(lost.table, lost.columns, name, columns, declared=False)


def _target_columns(lost: LostKey, schema: Schema, name: str) -> tuple[str, ...]:
    """Return the columns of a table that the key may name, () if it can't be this table."""
    known = {column.lower(): column for column in schema[name].columns}
    named = tuple(known.get(column.lower(), "") for column in lost.target_columns)
    fits = bool(named) and all(named) and len(named) == len(lost.columns)
    if not fits and lost.target_columns and not lost.known:
        return ()
    columns = named if fits else schema[name].primary
    return columns if len(columns) == len(lost.columns) else ()


def location_notes(shape: Shape, schema: Schema) -> list[str]:
    """Return what works but deserves attention: search_path, rows stored elsewhere, keys that nobody may see."""
    remote = [
        f"{kind} {name}: its rows are stored elsewhere, and hervat does not clean there; make that database a system"
        " of its own"
        for name, kind in sorted(schema.places.remote.items())
    ]
    return [*_search_path_note(shape, schema), *outside_blockers(shape, schema), *remote, *schema.unseen]


def _blocker(key: Outside) -> str:
    """Return why a key of a table that may not be read stops a plan."""
    return (
        f"{key.table} (another schema) points to {key.target} by a key that would cascade or that nobody checks,"
        f" and may not be read; let the administrator grant USAGE on its schema and SELECT on {key.table}"
    )


def outside_blockers(shape: Shape, schema: Schema) -> list[str]:
    """Return why the plan stops, for each such key: the database would change rows that nobody counted."""
    return [_blocker(key) for key in schema.outside if key.acts and key.target in shape.tables]


def refusal_warnings(shape: Shape, schema: Schema) -> list[str]:
    """Return a warning for each unreadable table whose rows may make the database refuse a cleaning."""
    return [
        f"{key.table}, which this account may not read, points to {key.target}: where its rows name an erased row"
        " the database refuses the whole cleaning, and how many there are is not known; let the administrator grant"
        f" USAGE on its schema and SELECT on {key.table}"
        for key in schema.outside
        if key.target in shape.tables and not key.acts
    ]


def _search_path_note(shape: Shape, schema: Schema) -> Iterator[str]:
    """Yield a note if the tables of the footprint are not in the account's default schema."""
    places = schema.places
    homes = sorted({places.homes[name] for name in (*shape.tables, shape.person) if name in places.homes})
    if not places.homes or homes in ([], [places.first]):
        return
    if len(homes) == 1:
        message = f"the tables of the footprint are in {homes[0]}, and {places.account} has as default schema"
        fix = f"ALTER ROLE {places.account} IN DATABASE {places.database} SET search_path = {homes[0]}"
        yield f"search_path: {message} {places.first or 'none'}; let the administrator: {fix}"
    else:
        message = f"the tables of the footprint are in several schemas ({', '.join(homes)}), found by the search_path"
        yield f"search_path: {message}; write them as schema.table, so that another search_path finds no others"
