"""InnoDB's own list of foreign keys, which shows those of every database to whoever has the right PROCESS."""

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

_NOT_ALLOWED = 1227
_NAME = "convert(convert(cast({} as binary) using filename) using utf8mb4)"
_HALVES = ", ".join(
    _NAME.format(f"substring_index({column}, '/', {at})") for column in ("for_name", "ref_name") for at in (1, -1)
)
_KEYS = text(f"select {_HALVES}, type from information_schema.innodb_sys_foreign")
_CASCADES, _NULLS = 1, 2


def every_key(connection: Connection) -> list[tuple[str, str, str, str, str]] | None:
    """Return (database, table, target's database, target, rule) of each key; None without the right to ask."""
    try:
        found = connection.execute(_KEYS).all()
    except DBAPIError as error:
        original: Any = error.orig
        if original.args[0] != _NOT_ALLOWED:
            raise
        return None
    return [(a, b, c, d, _rule(kind)) for a, b, c, d, kind in found]


def unseen(connection: Connection) -> list[str]:
    """Return what this account can't be told of keys, with the right that it needs."""
    if every_key(connection) is not None:
        return []
    account = connection.scalar(text("select current_user()"))
    told = "keys that lead here from databases which this account does not see can't be told; let the administrator"
    return [f"{told}: GRANT PROCESS ON *.* TO {account}"]


def _rule(kind: int) -> str:
    return "CASCADE" if kind & _CASCADES else "SET NULL" if kind & _NULLS else "NO ACTION"
