"""Values and BSNs in MariaDB's SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    null,
)
from sqlalchemy.dialects.mysql import TIMESTAMP
from sqlalchemy.types import LargeBinary, _Binary
from typing_extensions import override

from hervat.databases.interface import BLANKS, BsnSearch
from hervat.databases.mariadb.dialect import EXACT

_NINE = r"^[0-9]{9}\z"


class MariadbValues(BsnSearch):
    """Texts compared to the letter, whatever the collation of the column."""

    @override
    def pads(self, column: ColumnElement[Any]) -> bool:
        return True

    @override
    def stamps(self, column: ColumnElement[Any]) -> bool:
        return isinstance(column.type, DateTime)

    @override
    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Compared to the letter, whatever the column's own collation says."""
        return cast(column, Text()).collate(EXACT)

    @override
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        plain = self.as_text(column)
        blank = r"[\s" + "\u00a0]*"
        whole = func.regexp_replace(plain, rf"^{blank}([0-9]+)\.0{{1,2}}{blank}\z", r"\1", type_=String())
        digits = func.regexp_replace(whole, r"[\s.\-" + "\u00a0]", "", type_=String())
        known = digits.regexp_match(r"^[0-9]{1,9}\z") & ~digits.regexp_match(r"^0+\z")
        usual = plain.regexp_match(_NINE) & (plain != "000000000")  # costs one match, not four
        return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    @override
    def bears(self, column: ColumnElement[Any], asked: ColumnElement[str]) -> ColumnElement[bool]:
        """By the index first, then to the letter: to some collations one blank is as good as another."""
        return super().bears(column, asked) & (self.as_text(column) == asked)

    @override
    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """This server's LTRIM takes blanks alone away."""
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        return func.regexp_replace(self._without(whole, (".", "-")), "^0+", "", type_=String())

    @override
    def may_fold_to(self, column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
        return self.may_fold_by_octets(self.as_text(column), texts)

    @override
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")

    @override
    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A TIMESTAMP as seconds: as text an hour of each autumn would be there twice."""
        if isinstance(column.type, _Binary | LargeBinary):
            return func.hex(column, type_=String())
        if isinstance(column.type, TIMESTAMP):
            return cast(func.unix_timestamp(column), Text())
        return cast(column, Text())

    @override
    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """A cast to DATETIME would lose what is below the second: the server itself reads the text."""
        given: ColumnElement[Any] = bindparam(name, type_=Text)
        if isinstance(column.type, _Binary | LargeBinary):
            return func.unhex(given)
        if isinstance(column.type, TIMESTAMP):
            return func.from_unixtime(given)
        return cast(given, column.type) if isinstance(column.type, Integer | Numeric) else given
