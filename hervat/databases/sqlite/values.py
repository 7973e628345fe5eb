"""Values and BSNs in SQLite's SQL: any column may hold any value."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    String,
    bindparam,
    case,
    func,
    not_,
    null,
    type_coerce,
)
from sqlalchemy.types import TypeEngine, UserDefinedType
from typing_extensions import override

from hervat.databases.interface import BLANKS, NOISE, BsnSearch

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*"
_PLAIN: dict[type, TypeEngine[Any]] = {int: Integer(), float: Float()}


class Bare(UserDefinedType[Any]):
    """A value as the driver gives and takes it: SQLAlchemy would make dates of SQLite's texts."""

    cache_ok = True


class SqliteValues(BsnSearch):
    """Values are compared and kept as they are stored."""

    @override
    def holds(self, column: ColumnElement[Any], *kinds: type[TypeEngine[Any]]) -> bool:
        """False: a column may hold any value, whatever its type says."""
        return False

    @override
    def storable(self, column: ColumnElement[Any], value: Any) -> tuple[Any, TypeEngine[Any]]:
        """SQLite stores what it is given: plain text and numbers survive JSON and compare."""
        if isinstance(value, bool):
            value = int(value)
        elif isinstance(value, Decimal):
            value = float(value)
        elif isinstance(value, date):
            value = value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
        elif not isinstance(value, int | float | None):
            value = str(value)
        return value, _PLAIN.get(type(value), String())

    @override
    @contextmanager
    def any_text(self, connection: Connection) -> Iterator[None]:
        """SQLite keeps the octets that it is given."""
        driver: Any = connection.connection.driver_connection
        before, driver.text_factory = driver.text_factory, lambda octets: octets.decode(errors="replace")
        try:
            yield
        finally:
            driver.text_factory = before

    @override
    def normalised_bsn(self, column: ColumnElement[Any]) -> ColumnElement[str | None]:
        trimmed = self._without(self.as_text(column), BLANKS)
        dot = func.instr(trimmed, ".")
        before, after = func.substr(trimmed, 1, dot - 1), func.substr(trimmed, dot + 1)
        number = not_(_like(before, "*[^0-9]*"))
        only_zeros = (dot > 1) & number & after.in_(["0", "00"])
        digits = self._without(case((only_zeros, before), else_=trimmed), NOISE)
        length = func.length(digits)
        known = (length >= 1) & (length <= 9) & not_(_like(digits, "*[^0-9]*")) & (func.ltrim(digits, "0") != "")
        padded = func.substr("000000000" + type_coerce(digits, String()), -9, type_=String())
        return case((known, padded), else_=null())

    @override
    def folds_to(self, column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
        """By a function of our own: SQLite refuses a statement nested that deeply."""
        return func.hervat_folded(column, type_=String()).in_(texts)

    @override
    def is_number(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return func.typeof(column).in_(["integer", "real"])

    @override
    def is_iso_day(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        return _like(column, _DAY)

    @override
    def portable(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return the bare value: SQLite has but five kinds of it."""
        return type_coerce(column, Bare())

    @override
    def bare(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return type_coerce(column, Bare())

    @override
    def bound(self, name: str, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return bindparam(name, type_=Bare())


def _like(column: Any, pattern: str) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.op("GLOB", is_comparison=True)(pattern)
    return condition
