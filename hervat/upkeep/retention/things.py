"""The kinds of things that have a term, and the things of a kind whose term is over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CursorResult, delete, update
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register.models import Base
from hervat.upkeep.retention.look import Look


class Over(NamedTuple):
    """From which day a term counted, and on which it was over."""

    since: date
    ends_on: date


Things = Mapping[int, Over]
"""Number of the thing in the register -> its term."""
Rows = dict[str, int]
"""Table -> rows that were deleted or emptied."""


def _no_files(_session: Session, _night: Night, _numbers: Sequence[int]) -> None:
    """Remove nothing: this kind has no files."""


@dataclass(frozen=True)
class TermKind:
    """A kind with a term.

    due: the things whose term is over and for which nothing waits. end: deletes their rows in the session's
    transaction. files: removes their files, once that transaction has committed; it can be repeated.
    """

    name: str
    due: Callable[[Look, str], Things]
    end: Callable[[Session, Night, Sequence[int]], Rows]
    files: Callable[[Session, Night, Sequence[int]], None] = _no_files


_IN_ONE = {"synchronize_session": False}


def deleted(session: Session, model: type[Base], where: ColumnElement[Any]) -> int:
    """Delete the rows of a table that meet a condition, in one statement; return their number."""
    return _count(session.execute(delete(model).where(where), execution_options=_IN_ONE))


def emptied(session: Session, model: type[Base], where: ColumnElement[Any], values: Mapping[str, Any]) -> int:
    """Set columns of the rows that meet a condition, in one statement; return their number."""
    return _count(session.execute(update(model).where(where).values(**values), execution_options=_IN_ONE))


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
