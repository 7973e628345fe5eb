"""BSNs, V-nummers and gemeentecodes as polars expressions: their spellings, and lookalikes.

A day, a moment and a number with decimals are not: without their marks they would be somebody else's number. BSNs that
a spreadsheet damaged are repaired if no digit is lost and the elfproef agrees, else left as they are. A number of fewer
than eight digits is not padded: a BSN has eight or nine.
"""

import re
from decimal import Decimal

import polars as pl
from stdnum.nl import bsn as elfproef

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


_SCIENTIFIC = re.compile(r"([1-9])(?:[.,]([0-9]{1,14}))?[Ee]\+?0*([78])")


def spelled_out(texts: pl.Series) -> pl.Series:
    """Return the texts with BSNs in scientific notation (1.23456782E+08) written out, where nothing is lost.

    With all nine digits it is exact. With eight it may be rounded, so it is repaired only if it passes the elfproef
    and no other number that passes rounds to it. With fewer, digits are lost: it stays, and validation refuses it.
    """
    if not texts.str.contains(r"^[1-9].*[Ee]").any():
        return texts
    written = {text: _written_out(text) for text in texts.unique().drop_nulls() if _SCIENTIFIC.fullmatch(text)}
    return texts.replace({text: digits for text, digits in written.items() if digits})


def _written_out(text: str) -> str | None:
    match = _SCIENTIFIC.fullmatch(text)
    if match is None:
        return None
    first, decimals, power = match[1], match[2] or "", int(match[3])
    if decimals[power:].strip("0"):
        return None
    number = int(Decimal(f"{first}.{decimals}e{power}"))
    lost = power - len(decimals)
    if lost <= 0:
        return f"{number:09}"
    if lost > 1 or sum(elfproef.is_valid(f"{candidate:09}") for candidate in range(number - 5, number + 6)) != 1:
        return None
    return f"{number:09}" if elfproef.is_valid(f"{number:09}") else None


def repaired(given: pl.Series, read: pl.Series) -> pl.Series:
    """True where `read` is a BSN that passes the elfproef and that a spreadsheet had damaged.

    given: the original cells, without padding. Damage is lost zeros, ".0" behind it, or 1.23456782E+08.
    """
    bare = given.str.replace_all(r"[ \-\x{A0}]", "")
    damaged = bare.str.contains(r"^[0-9.]{1,11}[.,]00?$|[Ee]") | (bare.str.replace_all(r"\.", "").str.len_chars() < 9)
    changed = (damaged & read.str.contains(r"^[0-9]{9}$")).fill_null(False)
    good = {text for text in read.filter(changed).unique() if elfproef.is_valid(text)}
    return changed & read.is_in(list(good))
