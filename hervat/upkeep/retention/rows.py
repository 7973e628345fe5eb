"""Deleting and emptying rows of the register in sets."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, update
from sqlalchemy.orm import Session

from hervat.register.models import Base

_IN_ONE = {"synchronize_session": False}


def deleted(session: Session, model: type[Base], where: ColumnElement[Any]) -> int:
    """Delete the rows of a table that meet a condition, in one statement; return their number."""
    return _count(session.execute(delete(model).where(where), execution_options=_IN_ONE))


def emptied(session: Session, model: type[Base], where: ColumnElement[Any], values: Mapping[str, Any]) -> int:
    """Set columns of the rows that meet a condition, in one statement; return their number."""
    return _count(session.execute(update(model).where(where).values(**values), execution_options=_IN_ONE))


def _count(result: Any) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
