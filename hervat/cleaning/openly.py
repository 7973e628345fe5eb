"""Which tables triggers may change rows of: those that the own text of a trigger of the plan's statements names.

What goes further, through a routine or a second trigger, may add rows (they are counted) and change nobody's.
"""

from hervat.cleaning.fingerprint import triggers_met
from hervat.cleaning.system import LocalSystem
from hervat.cleaning.triggers import fires
from hervat.cleaning.written import deleted_from, updated_in


def changed_openly(local: LocalSystem) -> frozenset[str]:
    """Return the tables that are not compared before and after.

    Without a primary key nobody can tell the rows that were there from those that were added.
    """
    pairs = {(one, "DELETE") for one in deleted_from(local)} | {(one, "UPDATE") for one in updated_in(local)}
    met = triggers_met(local)
    named = {table for one in met if fires(one, pairs) for table in one.own}
    added = {table for one in met for table, event in one.made if event == "INSERT" and table in local.schema.tables}
    return frozenset(named | {table for table in added if not local.schema[table].primary})


def writes_anywhere(local: LocalSystem) -> bool:
    """Say whether a trigger of the plan writes to any table at all, or where nobody can see."""
    return any(one.writes or one.elsewhere or one.unseen for one in triggers_met(local))
