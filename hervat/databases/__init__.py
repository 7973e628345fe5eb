"""The kinds of database that hervat cleans, a file each; all else in cleaning is SQLAlchemy Core, the same for all."""

from sqlalchemy import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases.base import Database, Waits
from hervat.databases.mariadb.database import Mariadb, Mysql
from hervat.databases.mssql.database import Mssql
from hervat.databases.oracle.database import Oracle
from hervat.databases.postgresql.database import Postgresql
from hervat.databases.sqlite.database import Sqlite
from hervat.errors import UsageError

_KINDS: dict[str, Database] = {one.name: one for one in (Sqlite(), Postgresql(), Mariadb(), Mysql(), Mssql(), Oracle())}

__all__ = ["Database", "Waits", "database_of", "engine_of"]


def database_of(bind: Connection | Engine | Dialect) -> Database:
    """Return the kind of database behind a connection, an engine or a dialect."""
    dialect = bind if isinstance(bind, Dialect) else bind.dialect
    return _KINDS[dialect.name]


def engine_of(system: str, url: str, waits: Waits | None = None) -> Engine:
    """Return an engine on the database of a system; `waits`: for a lock and for a statement.

    Raises UsageError for a kind that hervat does not clean or a URL that can't be used.
    """
    try:
        parsed = make_url(url)
        kind = _KINDS.get(parsed.get_backend_name())
        if kind:
            return kind.engine(system, parsed, waits or Waits())
    except (SQLAlchemyError, ImportError) as error:
        raise UsageError(f"system {system}: this database URL can't be used ({type(error).__name__})") from None
    known = ", ".join(sorted(_KINDS))
    raise UsageError(f"system {system}: hervat cleans {known}, not {parsed.get_backend_name()}")
