"""The texts of compiled statements, kept for all SQLite engines of a process: making them is a fifth of a night's time."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache


class _Texts(LRUCache[Any, Any]):
    """SQLAlchemy's own cache of compiled statements; of the dialect its kind stands in the key, not the engine's own."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_shared(key), default)

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(_shared(key))

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_shared(key), compiled)


def _shared(key: Any) -> Any:
    dialect, *rest = key
    return (type(dialect), dialect.paramstyle, *rest)


_TEXTS = _Texts(4000)


def share_texts() -> None:
    """Give the SQLite engines of this process one cache of compiled statements, instead of an empty one each."""

    def kept(self: Any) -> Any:
        return _TEXTS if self.dialect.name == "sqlite" else self.__dict__["_compiled_cache"]

    def keep(self: Any, own: Any) -> None:
        self.__dict__["_compiled_cache"] = own

    Engine._compiled_cache = property(kept, keep)  # type: ignore[assignment]
