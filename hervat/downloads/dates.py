"""Parse days, a column at a time: dd-mm-jjjj, ISO, Excel's serial numbers, and moments: a day with a time behind it.

A moment with a zone is that day in the Netherlands, one without is the day that is written. What is
not sure (24:00, a named zone, a zone without a time, -00:00) is not a day: validation says so.
"""

from datetime import date

import polars as pl

from hervat.downloads.formats import Format

_DUTCH = "Europe/Amsterdam"
_MOMENT = (
    r"(?i)^(?<day>.+?)"
    r"(?:t(?<hour_basic>\d{2})(?<minute_basic>\d{2})(?<second_basic>\d{2})?"
    r"|(?:t|,? +)(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2}))?)"
    r"(?:[.,]\d{1,9})?(?<half> ?[ap]\.?m\.?)?"
    r"(?: *(?<zone>z|utc|gmt|[+-]\d{2}(?::?\d{2})?))?$"
)
_LIKE_A_MOMENT = r"(?i)\d{1,2}:\d{2}|\dt\d{2}|\d ?(?:z|utc|gmt|cet|cest|met|mest|mez|mesz)\b|\d\[|\d{4}-\d{2}-\d{2}[+-]"
_FARTHEST, _HOUR = 14 * 60, 60  # minutes ahead of UTC at most; minutes in an hour, and seconds in a minute
_UNKNOWN_ZONE = r"^-00(:?00)?$"


def parts_of(text: pl.Series) -> pl.DataFrame:
    """Return the parts of a moment as columns (numbers as numbers), all null if no time follows the day."""
    parts = text.str.extract_groups(_MOMENT).struct.unnest()
    time = {
        name: pl.coalesce(name, f"{name}_basic").cast(pl.Int64, strict=False).fill_null(0)
        for name in ("hour", "minute", "second")
    }
    return parts.select("day", "half", "zone", **time).with_columns(offset=_offset())


def written_day(text: pl.Series, parts: pl.DataFrame) -> pl.Series:
    """Return the day's text without the time; null where the time behind it can't be one that is sure."""
    sure = (_time_is_sure() & _zone_is_sure()).fill_null(False)
    day = pl.when(pl.col("day").is_null()).then(text).when(sure).then("day")
    return parts.select(day.alias("written")).to_series()


def dutch_day(day: pl.Series, parts: pl.DataFrame) -> pl.Series:
    """Return the day in the Netherlands of each moment whose day was read; without a zone it is the day itself."""
    behind = pl.duration(hours="hour", minutes=pl.col("minute") - pl.col("offset"), seconds="second")
    at_utc = (day.cast(pl.Datetime("us")) + behind).dt.replace_time_zone("UTC")
    there = at_utc.dt.convert_time_zone(_DUTCH).dt.date()
    return parts.select(pl.when(pl.col("zone").is_null()).then(day).otherwise(there).alias("day")).to_series()


def is_like_a_moment(text: pl.Series) -> pl.Series:
    """True where a text has a time or a zone in it, so that an unread day may mean an unsure moment."""
    return text.str.contains(_LIKE_A_MOMENT).fill_null(False)


def _time_is_sure() -> pl.Expr:
    by_clock = pl.col("half").is_null() | (pl.col("hour").is_between(1, 12) & pl.col("zone").is_null())
    return (pl.col("hour") < 24) & (pl.col("minute") < _HOUR) & (pl.col("second") < _HOUR) & by_clock


def _zone_is_sure() -> pl.Expr:
    zone = pl.col("zone")
    minutes = zone.str.extract(r"^[+-]\d{2}:?(\d{2})$").cast(pl.Int64, strict=False).fill_null(0)
    within = (pl.col("offset").abs() <= _FARTHEST) & (minutes < _HOUR)
    return zone.is_null() | (within & ~zone.str.contains(_UNKNOWN_ZONE))


def _offset() -> pl.Expr:
    """Return the minutes by which a moment's clock is ahead of UTC."""
    zone = pl.col("zone")
    hours = zone.str.extract(r"^[+-](\d{2})").cast(pl.Int64, strict=False).fill_null(0)
    minutes = zone.str.extract(r"^[+-]\d{2}:?(\d{2})$").cast(pl.Int64, strict=False).fill_null(0)
    ahead = hours * _HOUR + minutes
    return pl.when(zone.str.starts_with("-")).then(-ahead).otherwise(ahead).fill_null(0)


FIRST_YEAR, LAST_YEAR = 1880, 2200
FIRST_LAW = date(2007, 1, 1)  # the oldest law of which there are signals came into force
_UNKNOWN_PART = r"^(00-(0[0-9]|1[0-2])-\d{4}|\d{4}-(0[0-9]|1[0-2])-00|\d{4}(0[0-9]|1[0-2])00)$"
_SHORTEST = 8  # 1-3-2022; shorter ones may be read in more than one way
_EXCEL_START = pl.date(1899, 12, 30)
_SERIAL = r"^(?<days>\d{5})(?:[.,](?<fraction>\d+))?$"
_MORE_THAN_A_DAY = r":|\d[Tt]\d"
_ALMOST = 1 - 0.5 / 86_400  # of a day: Excel may have meant the midnight that comes


def days(text: pl.Series, format: Format) -> pl.Series:
    """Return the day that each text spells; null if it is not a day, not surely one, or in an impossible year.

    A moment with a zone is that day in the Netherlands. Patterns that read a text as different days make it unsure.
    """
    if text.str.contains(_MORE_THAN_A_DAY).any():
        parts = parts_of(text)
        read = dutch_day(_read(written_day(text, parts), format), parts)
    else:
        read = _read(text, format)
    return read.zip_with(read.is_not_null(), _serial(text)) if format.excel_days else read


def days_of_a_law(text: pl.Series, format: Format) -> pl.Series:
    """Return the days; null for a number that would be a day before the first signals."""
    read = days(text, format)
    strange = (text.str.contains(_SERIAL) & (read < FIRST_LAW)).fill_null(False)
    return read.set(strange, None)


def day(text: pl.Expr, format: Format) -> pl.Expr:
    """Return `days` as an expression."""
    return text.map_batches(lambda texts: days(texts, format), return_dtype=pl.Date)


def is_number(text: pl.Series) -> pl.Series:
    """True if a text is a number as a spreadsheet writes them."""
    return text.str.contains(r"^[+-]?\d+(?:[.,]\d+)*(?:[Ee][+-]?\d+)?%?$").fill_null(False)


def _read(text: pl.Series, format: Format) -> pl.Series:
    bare = text.set((text.str.len_chars() < _SHORTEST).fill_null(False), None)
    tried = [_within(bare.str.to_date(pattern, strict=False)) for pattern in format.day_patterns]
    both = pl.select(first=pl.min_horizontal(tried), last=pl.max_horizontal(tried))
    return both.select(pl.when(pl.col("first") == pl.col("last")).then("first").alias(text.name)).to_series()


def _serial(text: pl.Series) -> pl.Series:
    """Return the day of which Excel made a number; null for another text, and within half a second of midnight."""
    parts = text.str.extract_groups(_SERIAL).struct.unnest()
    fraction = (pl.lit("0.") + pl.col("fraction")).cast(pl.Float64, strict=False).fill_null(0)
    number = pl.duration(days=pl.col("days").cast(pl.Int64))
    return parts.select(pl.when(fraction < _ALMOST).then(_EXCEL_START + number).alias(text.name)).to_series()


def is_incomplete(text: pl.Expr) -> pl.Expr:
    """True where `text` is a day of birth without a known day or month (00), as the BRP has many."""
    return text.str.contains(_UNKNOWN_PART).fill_null(False)


def _within(day: pl.Series) -> pl.Series:
    return day.set(~day.dt.year().is_between(FIRST_YEAR, LAST_YEAR).fill_null(True), None)
