"""Values in columns as SQL: as text, as JSON, compared, and put back."""

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Connection, String, Text, bindparam, case, cast, func, not_, true, types
from sqlalchemy.types import TypeEngine


class Values(ABC):
    """Casts, comparisons and bound values."""

    text_type: ClassVar[TypeEngine[Any]] = Text()

    def holds(self, column: ColumnElement[Any], *kinds: type[TypeEngine[Any]]) -> bool:
        """True if every value in the column is sure to be of one of these types (of its own type, if none is given)."""
        return isinstance(column.type, kinds or TypeEngine)

    def pads(self, column: ColumnElement[Any]) -> bool:
        """True if blanks at the end of a text are ignored when this column is compared."""
        return isinstance(column.type, types.CHAR)

    def stamps(self, column: ColumnElement[Any]) -> bool:
        """True if a column of dates and times may change by itself with every update of its row."""
        return False

    def storable(self, column: ColumnElement[Any], value: Any) -> tuple[Any, TypeEngine[Any]]:
        """Return a value as it is stored in this column, and its SQL type."""
        return value, column.type

    def as_text(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as text."""
        return cast(column, self.text_type)

    def searchable(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        """Return a column as text that string functions accept."""
        return column if self.holds(column, String) else self.as_text(column)

    def any_text(self, connection: Connection) -> AbstractContextManager[None]:
        """Tolerate texts in another encoding than the database's own."""
        return nullcontext()

    def not_false(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        """SQL condition: true or unknown."""
        return func.coalesce(case((condition, 1), (not_(condition), 0)), 1) == 1

    def is_number(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """SQL condition: a value in a column of numbers is a number."""
        return true()

    @abstractmethod
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """SQL condition: the text begins with a date as yyyy-mm-dd."""

    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column as a value that survives JSON and can be put back unchanged."""
        return self.as_text(column)

    def bare(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a column in the form that compares with `bound`."""
        return column

    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a parameter for a value that `portable` gave, in the type of its column."""
        return cast(bindparam(name, type_=Text), column.type)
