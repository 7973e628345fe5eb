"""What a rehearsal can't show, said of each system by what it is and what stands in it."""

from hervat.erasure.statements.effects import refreshes, triggers_met
from hervat.erasure.system import LocalSystem


def unseen(local: LocalSystem, transactions: int) -> tuple[str, ...]:
    """Return what may go otherwise in the execution, or was not rolled back; transactions: how many it takes."""
    found = [
        "what others do in the system at the time of the execution, and locks that they hold then",
        f"the commit itself{local.database.commit_note}",
    ]
    if transactions > 1:
        found.append(
            f"the {transactions} transactions (chunk) one after another: each was rolled back by itself, so later ones"
            " still met the rows of earlier ones (a link row between two is counted in both); in the execution, what"
            " was committed before one fails stays done"
        )
    if triggers_met(local):
        found.append(
            "what triggers do outside the database (a message, a file), which was done and can't be rolled back"
        )
    if refreshes(local):
        found.append("a materialised view that the vendor refreshes at the same time: it is refreshed after the commit")
    return (*found, *local.database.not_rolled_back)
