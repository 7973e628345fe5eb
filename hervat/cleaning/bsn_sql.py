"""A BSN column normalised in SQL, so that it is compared with nine digits: what `hervat.bsn.normalised` does."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, Text, case, cast, func, literal, not_, null, type_coerce

_NOISE = (" ", ".", "-", "\u00a0", "\t", "\r", "\n")


def normalised_bsn(column: ColumnElement[Any], dialect: Dialect) -> ColumnElement[str | None]:
    """Return the nine digits in `column` (text, CHAR(n) or a number), NULL where no BSN can stand there.

    Blanks, dots, hyphens and a trailing '.0' of a number are dropped, lost zeros are put back.
    """
    plain = func.trim(cast(column, Text), type_=String())
    return _postgresql(plain) if dialect.name == "postgresql" else _sqlite(plain)


def _postgresql(plain: ColumnElement[str]) -> ColumnElement[str | None]:
    whole = func.regexp_replace(plain, r"^\s*([0-9]+)\.0{1,2}\s*$", r"\1")
    digits = func.regexp_replace(whole, r"[\s.\-" + "\u00a0]", "", "g", type_=String())
    known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
    usual = plain.regexp_match("^[0-9]{9}$") & (plain != "000000000")  # costs one match, not four
    return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())


def _sqlite(plain: ColumnElement[str]) -> ColumnElement[str | None]:
    blanks = literal("".join(_NOISE[3:]) + " ")
    trimmed: ColumnElement[str] = func.trim(plain, blanks, type_=String())
    dot = func.instr(trimmed, ".")
    before, after = func.substr(trimmed, 1, dot - 1), func.substr(trimmed, dot + 1)
    number = not_(before.op("GLOB", is_comparison=True)("*[^0-9]*"))
    only_zeros = (dot > 1) & number & after.in_(["0", "00"])
    digits: ColumnElement[str] = case((only_zeros, before), else_=trimmed)
    for noise in _NOISE:
        digits = func.replace(digits, noise, "", type_=String())
    length = func.length(digits)
    other = digits.op("GLOB", is_comparison=True)("*[^0-9]*")
    known = (length >= 1) & (length <= 9) & not_(other) & (func.ltrim(digits, "0") != "")
    padded = func.substr("000000000" + type_coerce(digits, String()), -9, type_=String())
    return case((known, padded), else_=null())
