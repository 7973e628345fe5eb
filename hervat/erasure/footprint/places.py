"""What the doctor tells of where tables stand: the schemas, rows in another place, keys that nobody may see."""

from collections.abc import Iterator

from hervat.databases import Outside
from hervat.erasure.footprint.shape import Shape
from hervat.erasure.schema.model import Schema


def told(shape: Shape, schema: Schema) -> list[str]:
    """Return what works and is still worth a thought."""
    remote = [
        f"{kind} {name}: its rows stand elsewhere, hervat does not clean there; make that database a system of its own"
        for name, kind in sorted(schema.places.remote.items())
    ]
    return [*_path(shape, schema), *stopped_from_outside(shape, schema), *remote, *schema.unseen]


def _stopping(one: Outside) -> str:
    """Return why a key of a table that may not be read stops a plan."""
    return (
        f"{one.table} (another schema) points to {one.target} by a key that would cascade or that nobody checks,"
        f" and may not be read; let the administrator grant USAGE on its schema and SELECT on {one.table}"
    )


def stopped_from_outside(shape: Shape, schema: Schema) -> list[str]:
    """Return why the plan stops, for each such key: the database would change rows that nobody counted."""
    return [_stopping(one) for one in _acting(shape, schema)]


def _acting(shape: Shape, schema: Schema) -> list[Outside]:
    return [one for one in schema.outside if one.acts and one.target in shape.tables]


def refusals(shape: Shape, schema: Schema) -> list[str]:
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
