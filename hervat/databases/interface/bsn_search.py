"""BSNs and other texts looked up in SQL, however they are spelled."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, true, types

from hervat.databases.folding import changes
from hervat.databases.interface.values import Values

BLANKS = ("\u00a0", "\t", "\r", "\n", "\v", "\f", " ")
NOISE = (*BLANKS, ".", "-")


class BsnSearch(Values):
    """Normalised, stripped and folded texts."""

    @abstractmethod
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        """Return the nine digits in a column (text, CHAR(n) or a number), NULL where it can't be a BSN.

        The same as `hervat.bsn.normalised`: blanks, dots, hyphens and a trailing '.0' of a number are dropped,
        lost zeros are put back.
        """

    def loses_digits(self, column: ColumnElement[Any]) -> bool:
        """True if a column can't hold nine digits exactly: a single-precision number."""
        return self.holds(column, types.REAL, types.FLOAT)

    def bears(self, column: ColumnElement[Any], text: ColumnElement[str]) -> ColumnElement[bool]:
        """SQL condition: a text column holds exactly this text. An index on the column can be used."""
        return column == cast(text, column.type)

    def odd(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """SQL condition: the text may spell a BSN otherwise than as nine digits. Cheap: it runs on every person row."""
        plain = self.as_text(column)
        return or_(func.length(plain) != 9, *(plain.contains(noise) for noise in NOISE))

    def stripped_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return any text without blanks, dots, hyphens, '.0' and leading zeros.

        Written without any part of `normalised_bsn`: the read-back must not share a mistake with the deletion.
        """
        whole = self._without_decimals(self._without(self.as_text(column), BLANKS))
        return func.ltrim(self._without(whole, (".", "-")), "0", type_=String())

    def _without_decimals(self, plain: ColumnElement[str]) -> ColumnElement[str]:
        length = func.length(plain)
        before = func.substr(plain, 1, length - 2, type_=String()), func.substr(plain, 1, length - 3, type_=String())
        one_dot = length - func.length(func.replace(plain, ".", "", type_=String())) == 1
        number = one_dot & plain.not_like("%-%")
        return case((number & plain.like("%.0"), before[0]), (number & plain.like("%.00"), before[1]), else_=plain)

    def _without(self, plain: ColumnElement[str], noise: Iterable[str]) -> ColumnElement[str]:
        for sign in noise:
            plain = func.replace(plain, sign, "", type_=String())
        return plain

    def folds_to(self, column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
        """SQL condition: the column's text, folded, is one of these folded texts (selection.persons).

        Every letter that is folded away is replaced, so that it need not be one of the database's own encoding. That is
        dear, so a cheap condition comes first; the database reads from left to right.
        """
        plain = self.folded_text(func.lower(self.foldable(column), type_=String()), texts)
        return and_(self.may_fold_to(column, texts), plain.in_([self.folds_as(text) for text in texts]))

    def folded_text(self, plain: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[str]:
        """Return a foldable text in small letters folded, as far as these folded texts need it."""
        return self.replaced(plain, changes(texts))

    def replaced(self, plain: ColumnElement[str], replacements: Iterable[tuple[str, str]]) -> ColumnElement[str]:
        """Return a foldable text with each old text replaced by the new one, in their order."""
        for old, new in replacements:
            plain = func.replace(plain, self.folds_as(old), self.folds_as(new), type_=String())
        return plain

    def may_fold_to(self, column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
        """SQL condition, cheap: false only for a text that folds to none of these folded texts."""
        return true()

    def may_fold_by_octets(self, plain: ColumnElement[str], texts: Sequence[str]) -> ColumnElement[bool]:
        """Return `may_fold_to` where the server counts octets; `plain` is a text in an exact collation.

        A text of one octet a letter has the letters of the folded text in their order; where digits say enough, they
        are asked for alone, for LOWER costs more than LIKE. A letter of several octets makes a text longer than that.
        """
        if not all(text.isascii() and text.isalnum() for text in texts):
            return true()
        in_order = or_(*(self._in_order(plain, text) for text in texts))
        octets, shortest = func.octet_length(plain), min(map(len, texts))
        return or_(in_order, and_(octets > shortest, self.has_wide_letters(plain)))

    def has_wide_letters(self, plain: ColumnElement[str]) -> ColumnElement[bool]:
        """SQL condition: a text has letters of several octets."""
        return func.octet_length(plain) != func.char_length(plain)

    def _in_order(self, plain: ColumnElement[str], text: str) -> ColumnElement[bool]:
        digits = "".join(sign for sign in text if sign.isdigit())
        if len(digits) > 1:
            return plain.like(f"%{'%'.join(digits)}%")
        return func.lower(plain, type_=String()).like(f"%{'%'.join(text)}%")

    def foldable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as a text in which any letter can be replaced, written as `folds_as` writes it."""
        return self.as_text(column)

    def folds_as(self, text: str) -> str:
        """Return a text in the form of `foldable`."""
        return text
