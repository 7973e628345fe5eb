"""What must stand after a cleaning, from what the maker wrote down: never from keys that hold and are held."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.support.vendor.rows import LINK, WITHIN, Row, Vendor

Content = dict[str, list[tuple[Any, ...]]]


@dataclass
class Truth:
    """What a cleaning must come to. `blocked`: a row that stays names, by a key that may not be null, one that goes."""

    rows: Counter[str]
    shared: Counter[str]
    stranded: Counter[str]
    nulled: Counter[str]
    blocked: bool
    after: Content


def truth_of(vendor: Vendor, corrected: frozenset[int]) -> Truth:
    """Return the truth: a row goes when all it is about are corrected; a link row with any of its ends."""
    gone = {id(row) for row in vendor.rows if row.kind == WITHIN and row.about and row.about <= corrected}
    gone |= {id(row) for row in vendor.rows if row.kind == LINK and any(id(to) in gone for to in row.points.values())}
    within = [row for row in vendor.rows if row.kind == WITHIN]
    nulled, blocked, after = Counter[str](), False, {name: [] for name in vendor.tables}
    for row in vendor.rows:
        if id(row) not in gone:
            columns = _to_null(row, gone)
            blocked |= None in columns
            nulled.update(f"{row.table.name}.{name}" for name in columns if name)
            values = {**row.values, **dict.fromkeys(filter(None, columns))}
            after[row.table.name].append(tuple(values[name] for name in row.table.columns))
    return Truth(
        rows=Counter(row.table.name for row in vendor.rows if id(row) in gone),
        shared=Counter(row.table.name for row in within if row.about & corrected and id(row) not in gone),
        stranded=Counter(row.table.name for row in within if not row.about),
        nulled=nulled,
        blocked=blocked,
        after={name: sorted(rows, key=repr) for name, rows in after.items()},
    )


def _to_null(row: Row, gone: set[int]) -> list[str | None]:
    """Return the columns of a surviving row that must become null; None: a key of it can't be."""
    found: list[str | None] = []
    for key, target in row.points.items():
        if id(target) in gone:
            found += [name for name in key.able if row.values[name] is not None] or [None]
    return found
