"""Quarters: their days, their deadlines (4 weeks after the quarter, CBS), and which one is next."""

import re
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from hervat.errors import UsageError

FIRST = "2022Q1"  # the Wi2021 started on 1 January 2022
_TERM = timedelta(weeks=4)
_SHAPE = re.compile(r"20\d\dQ[1-4]")


def checked(quarter: str) -> str:
    """Return `quarter` if it can be delivered. Raises UsageError that shows how to write it."""
    if not _SHAPE.fullmatch(quarter) or quarter < FIRST:
        raise UsageError(f"write a quarter as 2022Q1, from {FIRST} on")
    return quarter


def peildatum(quarter: str) -> date:
    """Return the last day of a quarter."""
    year, number = int(quarter[:4]), int(quarter[5])
    return date(year + number // 4, number % 4 * 3 + 1, 1) - timedelta(days=1)


def deadline(quarter: str) -> date:
    """Return the last day on which a quarter can be delivered in time: four weeks after its last day."""
    return peildatum(quarter) + _TERM


def quarter_of(day: date) -> str:
    """Return the quarter in which `day` falls."""
    return f"{day.year:04d}Q{(day.month + 2) // 3}"


def ended_before(day: date) -> str:
    """Return the last quarter that has ended on `day`, delivered or not; it may be from before 2022Q1."""
    return quarter_of(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1) - timedelta(days=1))


def quarter_for(as_of: date, delivered: AbstractSet[str]) -> str:
    """Return the quarter that the gate is about on a day.

    The previous quarter while its term runs and it is not in `delivered` (the quarters with a receipt), from 2022Q1 on;
    else that of the day itself.
    """
    current, before = quarter_of(as_of), ended_before(as_of)
    open_still = before >= FIRST and before not in delivered and as_of <= deadline(before)
    return before if open_still else current
