"""Cells without a proper value: an error, a formula, a value of another kind. Such a row is quarantined.

Polars expressions over one field's distinct texts. In a workbook the reader writes an error's own text into its cell,
and NO_VALUE where a formula has none.
"""

import re
from collections.abc import Callable

import polars as pl

from hervat.downloads.dates import is_like_a_moment, is_number
from hervat.downloads.formats import Field, Format, squeezed
from hervat.downloads.numbers import is_day_shaped

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
