"""Which tables the statements of a policy write to, whatever the data."""

from hervat.cleaning.nulling import nullings
from hervat.cleaning.system import LocalSystem


def deleted_from(local: LocalSystem) -> frozenset[str]:
    """Return the tables from which rows are erased."""
    return frozenset(local.shape.tables if local.system.policy == "erase" else ())


def updated_in(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a key is set to null or a mark is set."""
    if local.system.policy != "erase":
        return frozenset(mark.table for mark in local.marks)
    return frozenset(one.table for one in nullings(local.shape, local.schema) if one.columns)
