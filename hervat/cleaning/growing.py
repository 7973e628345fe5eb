"""Which tables the triggers that a plan sets off may write to; what its own statements erase from is not among them."""

from hervat.cleaning.fingerprint import triggers_met
from hervat.cleaning.openly import changed_openly
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.written import deleted_from, updated_in


def may_grow(local: LocalSystem) -> frozenset[str]:
    """Return the tables that a named trigger may write to.

    A table of the footprint is one only where an update alone sets the trigger off (the history of a row that stays):
    a deletion that writes into what is erased keeps a row or puts it back.
    """
    erased = deleted_from(local)
    return frozenset(
        name for one in triggers_met(local) for name in one.writes if name not in erased or "DELETE" not in one.events
    )


def may_change(local: LocalSystem) -> frozenset[str]:
    """Return the tables in which a trigger may change rows of others: none that the plan itself writes to.

    But for tables without a primary key that may grow: there a new row can't be told from one that changed.
    """
    written = deleted_from(local) | updated_in(local)
    return frozenset(one for one in changed_openly(local) if one not in written or not local.schema[one].primary)
