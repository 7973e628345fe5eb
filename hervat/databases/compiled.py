"""Compiled statements about alike tables, kept for all local systems of a process: compiling was a tenth of a night."""

from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

_MOST = 600  # some twenty kilobytes each; a pair of systems has half of it


class _Compiled(LRUCache[Any, Any]):
    """SQLAlchemy's own cache; in its keys the kind and version of a database instead of an engine's own dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_shared(*key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_shared(*key), compiled)


def _shared(dialect: Dialect, *statement: Any) -> tuple[Any, ...]:
    escapes = getattr(dialect, "_backslash_escapes", None)
    return (type(dialect), dialect.paramstyle, dialect.server_version_info, escapes, *statement)


_COMPILED = _Compiled(_MOST)


def sharing(options: dict[str, Any]) -> dict[str, Any]:
    """Return options of `create_engine` with which the engine shares its compiled statements.

    For SQLite and PostgreSQL, where nothing else about a server decides how a statement is spelled.
    """
    return {**options, "execution_options": {**options.get("execution_options", {}), "compiled_cache": _COMPILED}}
