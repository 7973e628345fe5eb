"""Whether the columns of policy restrict can take their marks: found by the doctor, before a night is refused."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, String, inspect, types
from sqlalchemy.dialects.mysql import INTEGER as MARIADB_INTEGER
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.engine.reflection import Inspector

from hervat.cleaning.marks import Mark
from hervat.cleaning.system import LocalSystem

_LISTED = re.compile(r"'((?:[^']|'')*)'")
_WHOLE = {types.SmallInteger: 2**15, types.BigInteger: 2**63, types.Integer: 2**31}


def unfit_marks(connection: Connection, local: LocalSystem) -> list[str]:
    """Return which marks the database would refuse or cut, each with what to do. Reads the catalogue alone."""
    look = inspect(connection)
    return [told for mark in local.marks for told in _unfit(look, local, mark)]


def _unfit(look: Inspector, local: LocalSystem, mark: Mark) -> Iterator[str]:
    table = local.schema[mark.table].sa
    found = {one["name"]: one for one in look.get_columns(table.name, table.schema)}
    column = found.get(mark.column)
    if column is None:
        return
    if _made_by_itself(column):
        yield f"restrict: {mark} is a generated column, which takes no value; name one that is written by hand"
    yield from _too_small(mark, column)
    if local.schema[mark.table].is_unique([mark.column]):
        yield f"restrict: {mark} is unique, so that a second restricted row is refused; name a column that is not"
    yield from _checks(local.database.checks(look, table), mark)


def _made_by_itself(column: ReflectedColumn) -> bool:
    identity: Any = column.get("identity") or {}
    return bool(column.get("computed")) or bool(identity.get("always"))


def _too_small(mark: Mark, column: ReflectedColumn) -> Iterator[str]:
    kind, value = column["type"], mark.value
    if isinstance(kind, String) and not isinstance(kind, types.Enum) and kind.length and isinstance(value, str):
        if len(value) > kind.length:
            yield (
                f"restrict: {mark} has room for {kind.length} characters and the mark has {len(value)}; write a shorter"
                " mark, or let the vendor widen the column"
            )
    elif isinstance(value, int) and not isinstance(value, bool) and not _holds(kind, value):
        yield f"restrict: {mark} is {kind}, in which this number does not fit; write a smaller one"


def _holds(kind: Any, value: int) -> bool:
    if isinstance(kind, types.Numeric) and kind.precision is not None:
        return bool(abs(value) < 10 ** (kind.precision - (kind.scale or 0)))
    if getattr(kind, "__visit_name__", "") == "TINYINT":
        return bool(-(2**7) <= value < (2**8 if kind.unsigned else 2**7))
    if isinstance(kind, MARIADB_INTEGER) and kind.unsigned:
        return 0 <= value < 2**32
    limit = next((limit for one, limit in _WHOLE.items() if isinstance(kind, one)), None)
    return limit is None or -limit <= value < limit


def _checks(found: Iterable[str], mark: Mark) -> Iterator[str]:
    """Yield the CHECKs on this column that list what may stand in it, the mark not among it."""
    for text in found:
        if not re.search(rf"(?<![\w]){re.escape(mark.column)}(?![\w])", text, re.IGNORECASE):
            continue
        listed = [value.replace("''", "'") for value in _LISTED.findall(text)]
        if listed and re.search(r"\bin\b|\bany\b|=", text, re.IGNORECASE) and str(mark.value) not in listed:
            yield f"restrict: a CHECK on {mark} lists what may stand there, and the mark is not among it: {text}"
