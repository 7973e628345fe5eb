"""Values and BSNs in SQL Server's SQL."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Numeric,
    String,
    case,
    cast,
    func,
    literal,
    null,
)
from typing_extensions import override

from hervat.databases.interface import BLANKS, NOISE, BsnSearch

_EXACT = "Latin1_General_BIN2"
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]%"


class MssqlValues(BsnSearch):
    """Texts in a binary collation."""

    text_type = String(8000)

    @override
    def pads(self, column: ColumnElement[Any]) -> bool:
        return True

    @override
    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """A float would be written as a power of ten."""
        plain = cast(column, Numeric(28, 2)) if isinstance(column.type, Float) else column
        return cast(plain, self.text_type).collate(_EXACT)

    @override
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        plain = func.trim(literal("".join(BLANKS)).op("FROM")(self.as_text(column)), type_=String())
        digits = self._without(self._without_decimals(plain), NOISE)
        length = func.len(digits)
        known = (length <= 9) & digits.like("%[1-9]%") & digits.not_like("%[^0-9]%")
        return case((known, func.right(literal("000000000") + digits, 9, type_=String())), else_=null())

    def _without_decimals(self, plain: ColumnElement[str]) -> ColumnElement[str]:
        length = func.len(plain)
        number = plain.not_like("%[^0-9.]%") & plain.not_like("%.%.%")
        before = [func.left(plain, length - cut, type_=String()) for cut in (2, 3)]
        ends = [number & plain.like(f"[0-9]%{end}") for end in (".0", ".00")]
        return case(*zip(ends, before, strict=True), else_=plain)

    @override
    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        digits = self._without(whole, (".", "-"))
        return func.substring(digits, func.patindex("%[^0]%", digits + literal("x")), 8000, type_=String())

    @override
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return column.like(_DAY)
