"""Values and BSNs in Oracle's SQL."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Numeric,
    String,
    case,
    cast,
    func,
    null,
)
from typing_extensions import override

from hervat.databases.interface import BsnSearch


class OracleValues(BsnSearch):
    """An empty text is NULL."""

    text_type = String(4000)

    @override
    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """A float would be written as a power of ten."""
        plain = cast(column, Numeric(28, 2)) if isinstance(column.type, Float) else column
        return cast(plain, self.text_type)

    @override
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """An empty text is NULL here, which is unknown all the way, so NULL comes out."""
        plain = self.as_text(column)
        blank = r"[[:space:]" + "\u00a0]*"
        whole = func.regexp_replace(plain, rf"^{blank}([0-9]+)\.0{{1,2}}{blank}$", r"\1", type_=String())
        digits = func.regexp_replace(whole, "[[:space:].\u00a0-]", "", type_=String())
        known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
        return case((known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    @override
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")
