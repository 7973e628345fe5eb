"""Values and BSNs in PostgreSQL's SQL."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    case,
    false,
    func,
    null,
    or_,
)
from typing_extensions import override

from hervat.databases.folding import NOISE as FOLDED_AWAY
from hervat.databases.folding import forms
from hervat.databases.interface import NOISE, BsnSearch


class PostgresqlValues(BsnSearch):
    """Casts to text in the C collation, and regular expressions."""

    @override
    def searchable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Other collations may refuse to search, or fold letters in their own way."""
        return self.as_text(column).collate("C")

    @override
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        plain = func.trim(self.as_text(column), type_=String())
        solid = func.regexp_replace(plain, "[\\s\u00a0]", "", "g", type_=String())
        digits = func.regexp_replace(
            func.regexp_replace(solid, r"^([0-9]+)\.0{1,2}$", r"\1"), r"[.\-]", "", "g", type_=String()
        )
        known = digits.regexp_match("^[0-9]{1,9}$") & ~digits.regexp_match("^0+$")
        usual = plain.regexp_match("^[0-9]{9}$") & (plain != "000000000")  # costs one match, not four
        return case((usual, plain), (known, func.lpad(digits, 9, "0", type_=String())), else_=null())

    @override
    def not_false(self, said: ColumnElement[bool]) -> ColumnElement[bool]:
        """In words of which the planner knows how many rows they leave."""
        return said.is_not(false())

    @override
    def odd(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """By bytes, and by REPLACE: a third of the price of a regular expression or TRANSLATE."""
        plain = self.as_text(column)
        bare = self._without(plain.collate("C"), NOISE)
        return or_(func.octet_length(plain) != 9, func.octet_length(bare) != 9)

    @override
    def folded_text(self, plain: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[str]:
        """Noise goes by one regular expression: a statement of thirty REPLACEs takes longer to write than to run."""
        noise = "|".join(re.escape(self.folds_as(sign)) for sign in FOLDED_AWAY)
        return self.replaced(func.regexp_replace(plain, noise, "", "g", type_=String()), forms(texts))

    @override
    def may_fold_to(self, column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
        return self.may_fold_by_octets(self.as_text(column).collate("C"), texts)

    @override
    def has_wide_letters(self, plain: ColumnElement[str]) -> ColumnElement[bool]:
        """A database without an encoding takes each octet for a letter."""
        return or_(super().has_wide_letters(plain), func.getdatabaseencoding(type_=String()) == "SQL_ASCII")

    @override
    def foldable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """As octets: this server can't be asked for a letter that its own encoding does not have."""
        return func.encode(func.convert_to(self.as_text(column), "UTF8"), "escape", type_=String())

    @override
    def folds_as(self, text: str) -> str:
        shown = (chr(octet) if octet < 128 else f"\\{octet:03o}" for octet in text.replace("\\", r"\\").encode())
        return "".join(shown)

    @override
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return column.regexp_match("^[0-9]{4}-[0-9]{2}-[0-9]{2}")
