"""The limits of a rehearsal: what it can't show in this system, or can't roll back."""

from hervat.erasure.statements.effects import triggers_met, views_to_refresh
from hervat.erasure.system import LocalSystem


def unseen(local: LocalSystem, transactions: int) -> tuple[str, ...]:
    """Return what may differ in the execution or was not rolled back. transactions: how many it takes."""
    limits = [
        "what others do in the system at the time of the execution, and locks that they hold then",
        f"the commit itself{local.database.commit_note}",
    ]
    if transactions > 1:
        limits.append(
            f"the {transactions} transactions (chunk) one after another: each was rolled back by itself, so later ones"
            " still met the rows of earlier ones (a link row between two is counted in both); in the execution, chunks"
            " committed before one that fails stay done"
        )
    if triggers_met(local):
        limits.append(
            "what triggers do outside the database (a message, a file), which was done and can't be rolled back"
        )
    if views_to_refresh(local):
        limits.append(
            "a materialised view that the vendor refreshes at the same time: it is refreshed after the commit"
        )
    return (*limits, *local.database.not_rolled_back)
