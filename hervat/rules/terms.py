"""Terms of `retention`: a number with y (years), m (months) or d (days)."""

from calendar import monthrange
from datetime import date, timedelta


def end_of(start: date, term: str) -> date:
    """Return the day on which a term (5y, 18m, 90d) from `start` has passed; 29 February ends on the 28th."""
    count, unit = int(term[:-1]), term[-1]
    if unit == "d":
        return start + timedelta(days=count)
    years, month = divmod(start.month - 1 + count * (12 if unit == "y" else 1), 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
