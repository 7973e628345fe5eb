"""Long names: PostgreSQL and others keep so many bytes of a name, and a footprint may still have it whole."""

import re
from typing import Any

from sqlalchemy import Dialect

from hervat.cleaning.kinds import split_when
from hervat.settings import Footprint

_NAME = re.compile(r"[^\s.<>=!'\",;()\[\]{}]+")


def as_kept(footprint: Footprint, dialect: Dialect) -> Footprint:
    """Return a footprint with every name cut as the database cuts it. Values stay as they are."""
    limit = dialect.max_identifier_length
    given = footprint.model_dump(mode="python")
    where = {_cut(name, limit): value for name, value in given.pop("where").items()}
    links = [_link(one, limit) for one in given.pop("links")]
    return Footprint.model_validate(_walked(given, limit) | {"where": where, "links": links})


def _walked(part: Any, limit: int) -> Any:
    if isinstance(part, dict):
        return {_cut(key, limit): _walked(value, limit) for key, value in part.items()}
    if isinstance(part, list):
        return [_walked(one, limit) for one in part]
    return _cut(part, limit) if isinstance(part, str) else part


def _link(text: str, limit: int) -> str:
    """Return a link with its names cut: the class that a kind is called by may be longer than any name."""
    plain, said = split_when(text)
    if said is None:
        return _cut(plain, limit)
    name, *rest = re.split(r"(?=[\s=(])", said, maxsplit=1)
    return f"{_cut(plain, limit)} when {_cut(name, limit)}{''.join(rest)}"


def _cut(text: str, limit: int) -> str:
    return _NAME.sub(lambda found: found[0].encode()[:limit].decode(errors="ignore"), text)
