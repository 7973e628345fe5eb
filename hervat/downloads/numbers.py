"""BSNs, V-nummers and gemeentecodes as polars expressions: their spellings, and lookalikes.

A day, a moment and a number with decimals are not: without their marks they would be somebody else's number.
"""

import polars as pl

from hervat.downloads.excel import spelled_out

_BETWEEN = r"[-./ \x{A0}]"
_DAY_SHAPED = (
    rf"^(?:\d{{1,2}}{_BETWEEN}\d{{1,2}}{_BETWEEN}(?:\d{{4}}|\d{{2}})"
    rf"|\d{{4}}{_BETWEEN}\d{{1,2}}{_BETWEEN}\d{{1,2}})(?:[T ].*)?$"
)
_FRACTION = r"^[0-9]+\.[0-9]+$"  # one dot is a decimal point; between thousands there are more


def is_day_shaped(text: pl.Expr) -> pl.Expr:
    """True where a text is written like a day, whatever day that would be."""
    return text.str.contains(_DAY_SHAPED).fill_null(False)


def is_day_of_birth() -> pl.Expr:
    """True where the BSN of a typed row is its own day of birth with a zero added."""
    written = [pl.lit("0") + pl.col("birth").dt.strftime(pattern) for pattern in ("%d%m%Y", "%Y%m%d")]
    same = pl.any_horizontal(pl.col("bsn") == text for text in written)
    return (pl.col("bsn_repaired") & same).fill_null(False)


def bsn(text: pl.Expr) -> pl.Expr:
    """Return the nine digits that are spelled, lost zeros put back; else the text as it is."""
    digits = _number(text.map_batches(spelled_out, return_dtype=pl.String))
    number = pl.when(digits.str.contains(r"^[0-9]{8,9}$")).then(digits.str.zfill(9))
    return pl.coalesce(number, text)


def v_number(text: pl.Expr) -> pl.Expr:
    """Return the digits that are spelled, without zeros before them; else the text as it is."""
    digits = _number(text)
    number = pl.when(digits.str.contains(r"^[0-9]+$")).then(digits.str.replace(r"^0+([0-9])", "$1"))
    return pl.coalesce(number, text)


def gemeentecode(text: pl.Expr) -> pl.Expr:
    """Return the four digits that are spelled; else the text as it is."""
    digits = text.str.replace(r"\.0+$", "")
    return pl.coalesce(pl.when(digits.str.contains(r"^[0-9]{1,4}$")).then(digits.str.zfill(4)), text)


def _number(text: pl.Expr) -> pl.Expr:
    """Return the digits without separators and decimals that sheets add; null if it is not a number."""
    whole = text.str.replace(r"^([0-9]+)[.,]00?$", "$1")
    other = whole.str.contains(_FRACTION) | is_day_shaped(whole)
    plain = whole.str.contains("^[0-9]") & ~other
    return pl.when(plain).then(whole.str.replace_all(r"[ .\-\x{A0}]", "")).otherwise(None)
