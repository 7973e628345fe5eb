"""Parse days, a column at a time: dd-mm-jjjj, ISO, and Excel's serial numbers."""

from datetime import date

import polars as pl

from hervat.downloads.formats import Format
from hervat.downloads.moments import dutch_day, parts_of, written_day

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
