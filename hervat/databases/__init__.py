"""The supported databases, a package each; everything else in erasure is SQLAlchemy Core, the same for all."""

from sqlalchemy import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases.catalogue import ON_DDL, Place, Routine, SchemaCatalogue, WriteFound
from hervat.databases.connecting import engine_on
from hervat.databases.errors import LocalSystemError
from hervat.databases.exact_text import ByDefault, ToTheLetter, collation_of, is_loose, is_text, serves_index
from hervat.databases.folding import folded
from hervat.databases.interface import NOISE, Database, Timeouts
from hervat.databases.mariadb.connection import first_row_only
from hervat.databases.mariadb.database import Mariadb, Mysql
from hervat.databases.mariadb.zones import is_without_zone, refuse_moments, refuse_shown_moments, without_zone
from hervat.databases.model import Copy, Keeper, Outside, Places
from hervat.databases.mssql.database import Mssql
from hervat.databases.oracle.database import Oracle
from hervat.databases.postgresql.connection import CONNECT_SECONDS, SHARED_SESSIONS, shares_sessions
from hervat.databases.postgresql.database import Postgresql
from hervat.databases.postgresql.kept import connections_kept
from hervat.databases.postgresql.row_security import refuse_blinding
from hervat.databases.query import read_rows, try_query
from hervat.databases.sqlite.database import Sqlite
from hervat.databases.texts import Spelling, StatementRead, Word, read_text, words_of
from hervat.databases.texts.read import INSERT, name_at
from hervat.errors import UsageError

__all__ = [
    "CONNECT_SECONDS",
    "INSERT",
    "NOISE",
    "ON_DDL",
    "SHARED_SESSIONS",
    "ByDefault",
    "Copy",
    "Database",
    "Keeper",
    "LocalSystemError",
    "Mariadb",
    "Mssql",
    "Mysql",
    "Oracle",
    "Outside",
    "Place",
    "Places",
    "Postgresql",
    "Routine",
    "SchemaCatalogue",
    "Spelling",
    "Sqlite",
    "StatementRead",
    "Timeouts",
    "ToTheLetter",
    "Word",
    "WriteFound",
    "collation_of",
    "connections_kept",
    "database_of",
    "engine_of",
    "engine_on",
    "first_row_only",
    "folded",
    "is_loose",
    "is_text",
    "is_without_zone",
    "name_at",
    "read_rows",
    "read_text",
    "refuse_blinding",
    "refuse_moments",
    "refuse_shown_moments",
    "serves_index",
    "shares_sessions",
    "try_query",
    "without_zone",
    "words_of",
]

_KINDS: dict[str, Database] = {
    kind.name: kind for kind in (Sqlite(), Postgresql(), Mariadb(), Mysql(), Mssql(), Oracle())
}


def database_of(bind: Connection | Engine | Dialect) -> Database:
    """Return the kind of database behind a connection, an engine or a dialect."""
    dialect = bind if isinstance(bind, Dialect) else bind.dialect
    return _KINDS[dialect.name]


def engine_of(system: str, url: str, timeouts: Timeouts | None = None) -> Engine:
    """Return an engine on the database of a system; `timeouts`: of a lock and of a statement.

    Raises UsageError for a kind that hervat does not clean or a URL that can't be used.
    """
    try:
        parsed = make_url(url)
        kind = _KINDS.get(parsed.get_backend_name())
        if kind:
            return kind.engine(system, parsed, timeouts or Timeouts())
    except (SQLAlchemyError, ImportError) as error:
        raise UsageError(f"system {system}: this database URL can't be used ({type(error).__name__})") from None
    known = ", ".join(sorted(_KINDS))
    raise UsageError(f"system {system}: hervat cleans {known}, not {parsed.get_backend_name()}")
