"""Which tables the statements of a policy write to, whatever the data."""

from hervat.cleaning.circles import circles
from hervat.cleaning.nulling import nullings
from hervat.cleaning.order import deletion_order
from hervat.cleaning.system import LocalSystem


def deleted_from(local: LocalSystem) -> frozenset[str]:
    """Return the tables from which rows are erased."""
    return frozenset(local.shape.tables if local.system.policy == "erase" else ())


def updated_in(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a key is set to null or a mark is set."""
    if local.system.policy != "erase":
        return frozenset(mark.table for mark in local.marks)
    broken = circles(deletion_order(local.shape), local.shape, local.schema, local.database)
    pointing = {one.table for one in nullings(local.shape, local.schema) if one.columns}
    return frozenset(pointing.union(*(one.nulled for one in broken.values())))
