"""How a person's row is found by BSN, whatever its spelling, and by an index where there is one."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, not_, types

from hervat.cleaning.databases import Database
from hervat.cleaning.schema import TableInfo

_DIGITS = 9


def matches(table: TableInfo, bsn: str, asked: ColumnElement[str], database: Database) -> list[ColumnElement[bool]]:
    """Return conditions under which a row of `table` bears the BSN `asked` (nine digits); a row fulfils at most one.

    A number is compared as a number. A text under an index is looked up as nine digits there, and only what is
    spelled otherwise is normalised; without an index every text is normalised once.
    """
    column = table.column(bsn)
    if isinstance(column.type, types.Numeric | types.Integer) and not database.typeless:
        return [column == cast(asked, BigInteger)]
    normalised = database.normalised_bsn(column) == asked
    if not table.is_indexed((bsn,)) or not _holds_nine(column.type):
        return [normalised]
    usual = database.nine_digits(column)
    return [and_(column == cast(asked, column.type), usual), and_(not_(usual), normalised)]


def _holds_nine(kind: Any) -> bool:
    return isinstance(kind, String) and (kind.length is None or kind.length >= _DIGITS)
