"""The day it is, where the law and the gemeente are."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def today() -> date:
    """Return the day in the Netherlands."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).date()
