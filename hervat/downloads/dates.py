"""Days in text, as polars expressions: dd-mm-jjjj, ISO, and the number of days that Excel makes of a date."""

import polars as pl

from hervat.downloads.formats import Format

FIRST_YEAR, LAST_YEAR = 1880, 2200
_TIME = r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$"
_UNKNOWN_PART = r"^(00-(0[0-9]|1[0-2])-\d{4}|\d{4}-(0[0-9]|1[0-2])-00|\d{4}(0[0-9]|1[0-2])00)$"
_SHORTEST = 8  # 1-3-2022; shorter ones may be read in more than one way
_EXCEL_START = pl.date(1899, 12, 30)


def day(text: pl.Expr, format: Format) -> pl.Expr:
    """Return the day that `text` spells, null where it is none or outside the years that can be meant."""
    written = text.str.replace(_TIME, "")
    bare = pl.when(written.str.len_chars() >= _SHORTEST).then(written).otherwise(None)
    tried = [bare.str.to_date(pattern, strict=False) for pattern in format.date_formats]
    days = [pl.when(one.dt.year().is_between(FIRST_YEAR, LAST_YEAR)).then(one).otherwise(None) for one in tried]
    if format.excel_days:
        serial = text.str.extract(r"^(\d{5})(?:[.,]\d+)?$").cast(pl.Int64)
        days.append(_EXCEL_START + pl.duration(days=serial))
    return pl.coalesce(days)


def is_incomplete(text: pl.Expr) -> pl.Expr:
    """Say whether `text` is a day of birth without a known day or month (00), as the BRP has many."""
    return text.str.contains(_UNKNOWN_PART).fill_null(False)
