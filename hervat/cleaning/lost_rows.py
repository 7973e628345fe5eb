"""Where a key that can't be followed may name a row that a plan erases: its row would stand, or go, unseen.

What it means nobody can say. So its values are held against the erased rows of every table inside that has the columns
it names, and the plan stops where one fits. Kept tables and columns that a link explains are left alone.
"""

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from hervat.cleaning.erasing import Erasure
from hervat.cleaning.joining import among, filled, sides
from hervat.cleaning.lost import LostKey
from hervat.cleaning.lost_meaning import meant, open_ones
from hervat.cleaning.schema import Key
from hervat.cleaning.system import LocalSystem


def stopped_by_lost(connection: Connection, local: LocalSystem, erasure: Erasure) -> list[str]:
    """Return what stops the plan: rows that stay and that by such a key may belong to a row that goes."""
    shape, schema = local.shape, local.schema
    keep = local.footprint.keep if local.footprint else []
    looked_at = [one for one in open_ones(shape, schema, keep) if one.table not in (shape.person, *shape.root_tables)]
    told = (_stopped(one, connection, local, erasure) for one in looked_at)  # a root hangs from nothing, nor a person
    return [one for one in told if one]


def _stopped(one: LostKey, connection: Connection, local: LocalSystem, erasure: Erasure) -> str:
    """Return why the key stops the plan, by the table that it is likeliest to have meant; "" where it does not."""
    able = sorted(meant(one, local.shape, local.schema), key=lambda key: not _alike(one, key))
    for key in able:
        if not _explained(one, key, local):
            rows = erasure.count(connection, one.table, _fitting(one, key, local, erasure))
            if rows:
                return _told(one, key, rows)
    return ""


def _told(one: LostKey, key: Key, rows: int) -> str:
    return f"{one}; {rows} rows of {one.table} may belong to rows of {key.target} that are erased; {one.mend}"


def _explained(one: LostKey, key: Key, local: LocalSystem) -> bool:
    """Say whether `belongs` lists what holds the table's rows, and the lost name does not speak against it."""
    footprint = local.footprint
    return bool(footprint and one.table in footprint.belongs) and not _alike(one, key)


def _alike(one: LostKey, key: Key) -> bool:
    return one.known or key.target.rpartition(".")[2].lower() in one.target.lower()


def _fitting(one: LostKey, key: Key, local: LocalSystem, erasure: Erasure) -> ColumnElement[bool]:
    source = local.schema[one.table].sa
    left, right = sides(key, source, local.schema[key.target].sa)
    erased = select(*right).where(erasure.erased(key.target)).correlate(None)
    fits = erasure.names_erased(key, source) if key.target in erasure.reach.sets else among(left, erased)
    if one.table not in local.shape.tables:
        return fits
    return and_(fits, erasure.survives(one.table), true() if _alike(one, key) else _held_by_none(one, local))


def _held_by_none(one: LostKey, local: LocalSystem) -> ColumnElement[bool]:
    """Say that no key that can be followed holds the row: such a row would be missed."""
    source = local.schema[one.table].sa
    held = [way.key.columns for way in local.shape.held_by(one.table) if not way.owned]
    return ~or_(~true(), *(filled([source.c[name] for name in columns]) for columns in held))
