"""Cells as polars expressions: BSNs, V-nummers and gemeentecodes in their spellings, and cells without a proper value.

A day, a moment and a number with decimals are no number of a person: without their marks they would be somebody else's.
BSNs that a spreadsheet damaged are repaired if no digit is lost and the elfproef agrees, else left as they are. A
number of fewer than eight digits is not padded: a BSN has eight or nine. A cell with an error, a formula or a value of
another kind puts its row in quarantine; in a workbook the reader writes an error's own text into its cell, and NO_VALUE
where a formula has none.
"""

import re
from collections.abc import Callable
from decimal import Decimal

import polars as pl
from stdnum.nl import bsn as elfproef

from hervat.downloads.dates import is_like_a_moment, is_number
from hervat.downloads.formats import Field, Format, squeezed

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


FOUND = (
    "error_value",
    "formula",
    "day_in_number",
    "number_in_day",
    "moment_unclear",
    "header_again",
    "total",
    "in_quotes",
)
"""The columns that `found_in` makes, each true where it was found."""
NO_VALUE = "="
"""The text of a formula that was never calculated."""

ERROR = r"^(?:#(?:[\p{Lu}_/0-9]*\p{Lu}[\p{Lu}_/0-9]*[!?]?|(?i:n/a|n/b|[\p{L}_/0-9]+[!?])|#*)|(?i:err):\d{3})$"
PLAIN_ERROR = r"#(?:[^\W\d]|[_/0-9])+[!?]|#(?:N/[ABDV]|NV)$|#+$"
"""An error in a header, for Python's `re`: a name there may have any other marks."""
TOTAL = r"(?i)^(?:sub|eind)?tota(?:al|len|l)\b|^(?:aantal|som|sum|count|record(?:s|count)|trailer|einde|eof)\b"
_NUMBERS = ("signaalcode", "bsn", "v_nummer", "gemeentecode")
_FREE = ("signaalomschrijving", "achternaam", "voorvoegsel", "voornamen")


def stands_for_nothing(text: str) -> bool:
    """True if a text is an error of a spreadsheet, or a formula without a value."""
    return text == NO_VALUE or re.match(PLAIN_ERROR, text) is not None


def found_in(name: Field, cell: pl.Expr, format: Format, day: pl.Series | None = None) -> list[pl.Expr]:
    """Return a boolean expression for each of FOUND that a field can have, `FOUND_name`, over the texts of that field.

    day: the days that were read of a field of days.
    """
    made = {"error_value": cell.str.contains(ERROR), "formula": cell.str.starts_with(NO_VALUE)}
    if name in _NUMBERS:
        made["day_in_number"] = is_day_shaped(cell)
    if name == "datum_signaal" and day is not None:
        no_day = cell.is_not_null() & day.is_null()
        made["number_in_day"] = no_day & _whether(cell, is_number)
        made["moment_unclear"] = no_day & _whether(cell, is_like_a_moment)
    if name == "signaalcode":
        made["header_again"] = _is_own_name(name, cell, format)
        made["total"] = cell.str.contains(TOTAL)
    if name not in _FREE:
        made["in_quotes"] = cell.str.contains('^".*"$')
    return [expression.fill_null(False).alias(f"{finding}_{name}") for finding, expression in made.items()]


def _whether(cell: pl.Expr, question: Callable[[pl.Series], pl.Series]) -> pl.Expr:
    return cell.map_batches(question, return_dtype=pl.Boolean)


def _is_own_name(name: Field, cell: pl.Expr, format: Format) -> pl.Expr:
    """True where the cell is the name of the field's column."""
    bare = cell.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")
    return bare.is_in([squeezed(header) for header in format.columns.get(name, [])])
