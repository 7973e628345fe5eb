"""The day it is, where the law and the gemeente are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hervat.errors import UsageError

DUTCH = ZoneInfo("Europe/Amsterdam")
"""The zone in which days are days."""


def refuse_to_come(day: date) -> None:
    """Raise UsageError for a day that is still to come: what was settled, decided or delivered can't be unlived."""
    if day > today():
        raise UsageError(f"{day} is still to come; only a shadow night may look ahead (`hervat run --shadow`)")


def today() -> date:
    """Return the day in the Netherlands."""
    return datetime.now(DUTCH).date()


def dutch_day(moment: datetime) -> date:
    """Return the day of a moment: with a zone that day in the Netherlands, without one the day as it is written."""
    return moment.date() if moment.tzinfo is None else moment.astimezone(DUTCH).date()
