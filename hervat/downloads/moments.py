"""Moments in text, a column at a time: a day with a time behind it, and perhaps a zone.

A moment with a zone is that day in the Netherlands, one without is the day that is written. What is
not sure (24:00, a named zone, a zone without a time, -00:00) is not a day: validation says so.
"""

import polars as pl

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
