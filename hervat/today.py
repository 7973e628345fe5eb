"""The date of today in the Netherlands."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hervat.errors import UsageError

DUTCH = ZoneInfo("Europe/Amsterdam")
"""The time zone of the law and the gemeente."""


def refuse_to_come(day: date) -> None:
    """Raise UsageError for a day in the future: what was settled, decided or delivered can't be undone."""
    if day > today():
        raise UsageError(f"{day} is still to come; only a shadow night may look ahead (`hervat run --shadow`)")


def today() -> date:
    """Return the day in the Netherlands."""
    return datetime.now(DUTCH).date()


def dutch_day(moment: datetime) -> date:
    """Return the day of a moment: with a time zone the day in the Netherlands, without one the day as written."""
    return moment.date() if moment.tzinfo is None else moment.astimezone(DUTCH).date()


def utc_of(text: str) -> datetime:
    """Return the moment that a person typed (2026-11-30T14:05, in the Netherlands) in UTC, without a zone; "" is now.

    Raises UsageError for another form.
    """
    try:
        given = datetime.fromisoformat(text.strip()) if text.strip() else datetime.now(UTC)
    except ValueError:
        raise UsageError("that is not a moment; write it as 2026-11-30T14:05, in Dutch time") from None
    return (given if given.tzinfo else given.replace(tzinfo=DUTCH)).astimezone(UTC).replace(tzinfo=None)
