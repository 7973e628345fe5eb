"""Until when a quarter must be with CBS, in a few lines for whoever must see to it; nothing once it was delivered."""

from hervat.delivery import earlier
from hervat.delivery.quarters import FIRST, deadline, peildatum
from hervat.night import Night


def reminder(night: Night, quarter: str) -> list[str]:
    """Return a title and what is to be done; empty before the quarter has ended and when all has its receipt.

    Empty for a quarter from before the Wi2021 too.
    """
    if quarter < FIRST or night.as_of <= peildatum(quarter):
        return []
    with night.register.session() as session:
        last = earlier.last(session, night.code, quarter)
    if last is not None and last.receipt is not None:
        return []
    left = (deadline(quarter) - night.as_of).days
    when = f"in {left} days" if left > 0 else "today" if left == 0 else f"{-left} days ago"
    title = f"The delivery of {quarter} is due at CBS on {deadline(quarter)} ({when})"
    if last is None:
        return [title, f"not prepared yet: `hervat cbs prepare --quarter {quarter}`"]
    confirm = f"`hervat cbs confirm --quarter {quarter} --receipt TEXT --by NAME`"
    return [title, f"{last.records} records wait to be uploaded, then {confirm}"]
