"""SQL that compares texts exactly, whatever the collation.

Where a database takes 'abc' for 'ABC', or 'abc ' for 'abc', a foreign key does so too, for it is the database that
holds it. A link is hervat's own: nothing holds it, and another spelling may be another person's.
"""

from typing import Any

from sqlalchemy import ColumnElement, Enum, String
from sqlalchemy.dialects.mysql.types import _StringType
from sqlalchemy.dialects.postgresql import CITEXT
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

_EXACT = ("C", "POSIX", "BINARY", "ucs_basic")


class ToTheLetter(FunctionElement[str]):
    """A text that equals only the same letters, and sorts by code points."""

    inherit_cache = True
    name = "letter"
    type = String()


class ByDefault(FunctionElement[str]):
    """A text in the default collation of the database."""

    inherit_cache = True
    name = "by_default"
    type = String()


def is_loose(kind: TypeEngine[Any]) -> bool:
    """True if texts of this type may be equal though their letters differ, or sort by a language's rules."""
    if isinstance(kind, _StringType):
        return True  # MariaDB's usual collations take capitals for small letters, and forget blanks at the end
    collation = getattr(kind, "collation", None)
    return isinstance(kind, CITEXT) or (isinstance(kind, String) and bool(collation) and collation not in _EXACT)


def serves_index(kind: TypeEngine[Any]) -> bool:
    """True if the column's own comparison must be kept beside the exact one, so that its index can be used."""
    return isinstance(kind, _StringType)


def is_text(kind: TypeEngine[Any]) -> bool:
    """True for a type of texts, enumerations among them."""
    return isinstance(kind, String | Enum)


@compiles(ToTheLetter)
@compiles(ByDefault)
def _plain(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses.clauses[0], **kw))


@compiles(ToTheLetter, "postgresql")
def _postgresql(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return f'CAST({_plain(element, compiler, **kw)} AS TEXT) COLLATE "C"'


@compiles(ToTheLetter, "mariadb")
def _mariadb(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return f"CONVERT({_plain(element, compiler, **kw)} USING utf8mb4) COLLATE utf8mb4_nopad_bin"


@compiles(ToTheLetter, "sqlite")
@compiles(ByDefault, "sqlite")
def _sqlite(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return f"{_plain(element, compiler, **kw)} COLLATE BINARY"


@compiles(ByDefault, "postgresql")
def _postgresql_default(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return f'{_plain(element, compiler, **kw)} COLLATE "default"'


@compiles(ToTheLetter, "mssql")
def _mssql(element: FunctionElement[str], compiler: Any, **kw: Any) -> str:
    return f"{_plain(element, compiler, **kw)} COLLATE Latin1_General_100_BIN2"


def collation_of(column: ColumnElement[Any]) -> str | None:
    """Return the collation that a column is known to have of its own."""
    collation: str | None = getattr(column.type, "collation", None)
    return collation
