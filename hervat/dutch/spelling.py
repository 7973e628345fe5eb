"""Days, moments, numbers and commands as Dutch texts write them."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

_ZONE = ZoneInfo("Europe/Amsterdam")
_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_BRIEF = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def long_day(day: date) -> str:
    """Return a day as `25 maart 2022`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """Return a day as `vrijdag 25 maart 2022`."""
    return f"{_DAYS[day.weekday()]} {long_day(day)}"


def month_text(month: str) -> str:
    """Return `2022-03` as `maart 2022`."""
    year, number_ = month.split("-")
    return f"{_MONTHS[int(number_) - 1]} {year}"


def brief_day(day: date) -> str:
    """Return a day as `25 mrt`, if there is little room and the year is shown nearby."""
    return f"{day.day} {_BRIEF[day.month - 1]}"


def brief_month(month: str) -> str:
    """Return `2022-03` as `mrt 22`."""
    year, number_ = month.split("-")
    return f"{_BRIEF[int(number_) - 1]} {year[2:]}"


def short_day(day: date) -> str:
    """Return a day as `25-03-2022`."""
    return f"{day.day:02}-{day.month:02}-{day.year:04}"


def moment(at: datetime) -> str:
    """Return a moment as `25 maart 2022, 01.34 uur` in the Netherlands; without a zone it is UTC."""
    local = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(_ZONE)
    return f"{long_day(local.date())}, {local:%H.%M} uur"


def number(value: int) -> str:
    """Return a number with points between the thousands."""
    return f"{value:,}".replace(",", ".")


def amount(value: int, one: str, more: str) -> str:
    """Return a number with its noun: `1 persoon`, `2 personen`."""
    return f"{number(value)} {one if value == 1 else more}"


def quarter_text(quarter: str) -> str:
    """Return `2022Q1` as `kwartaal 1 van 2022`; anything else as it is."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    return f"kwartaal {match[2]} van {match[1]}" if match else quarter


def quarter_end(quarter: str) -> date | None:
    """Return the first day after a quarter; None if `quarter` is not one."""
    match = re.fullmatch(r"(\d{4})Q([1-4])", quarter)
    if not match:
        return None
    year, month = int(match[1]), int(match[2]) * 3 + 1
    return date(year + 1, 1, 1) if month > 12 else date(year, month, 1)


def upper_first(text: str) -> str:
    """Return `text` with a capital first letter; the rest (BSN, CBS) stays."""
    return text[:1].upper() + text[1:]


def ticked(text: str) -> Markup:
    """Return `text` as HTML: escaped, with text between backticks as code."""
    parts = (Markup("<code>{}</code>") if odd % 2 else Markup("{}") for odd in range(text.count("`") + 1))
    return Markup("").join(form.format(part) for form, part in zip(parts, text.split("`"), strict=True))


def breakable(text: str) -> Markup:
    """Return `text` as HTML: escaped, with break opportunities for long file names."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=[_.\-/])", text))
