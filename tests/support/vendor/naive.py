"""A made-up vendor as the naive walker of the design's rules sees it: the second truth, which does know of edges."""

from collections import Counter

from tests.support.naive import World
from tests.support.vendor.rows import Row, Vendor
from tests.support.vendor.schema import keys_of


def world_of(vendor: Vendor) -> World:
    """Return the same rows and keys for the naive walker."""
    names = {key: f"{at}" for at, key in enumerate(keys_of(vendor.tables))}
    ids = {id(row): at for at, row in enumerate(vendor.rows)}
    plain = [table for table in vendor.tables.values() if not table.link]
    belongs = vendor.footprint["belongs"]

    def pointed(row: Row) -> dict[str, int | None]:
        return {names[key]: ids[id(row.points[key])] if key in row.points else None for key in row.table.keys}

    return World(
        keys={one.name: {names[key]: key.target.name for key in one.keys} for one in plain},
        rows={one.name: {ids[id(row)]: pointed(row) for row in vendor.of(one)} for one in plain},
        links={
            one.name: [tuple(pointed(row).values()) for row in vendor.of(one)]
            for one in vendor.tables.values()
            if one.link
        },
        link_keys={
            one.name: {names[key]: key.target.name for key in one.keys} for one in vendor.tables.values() if one.link
        },
        owns=[(key.table.name, names[key]) for key in names if key.owns],
        belongs={one.name: [names[key] for key in one.belongs] for one in plain if one.name in belongs},
        keep=[*vendor.footprint["keep"], vendor.footprint["person"]["table"]],
        required=set(),
        root=vendor.footprint["root"],
    )


def naive_rows(vendor: Vendor, corrected: frozenset[int]) -> tuple[Counter[str], Counter[str]]:
    """Return the rows that the walker erases and those that it reaches and keeps, by table."""
    world, root = world_of(vendor), vendor.footprint["root"]
    roots = {
        at for at, row in enumerate(vendor.rows) if row.table.name == root and row.about and row.about <= corrected
    }
    gone, reached = world.erased(roots), world.reached(roots)
    links = Counter({name: len(rows) for name, rows in world.link_rows_gone(gone).items() if rows})
    return Counter(table for table, _ in gone) + links, Counter(table for table, _ in reached - gone)
