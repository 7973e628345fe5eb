"""Why a query of the configuration does not run: its SQL, a name that is not there, a right that lacks."""

import re
import sqlite3
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, StatementError

from hervat.bsn import stands_in
from hervat.driver_errors.connecting import unconnected
from hervat.driver_errors.row_security import hidden_by

_LONGEST = 160
_SYNTAX = "its SQL is not right{}: correct the query"
_NO_TABLE = "there is no such table or view{}: correct the query"
_NO_COLUMN = "there is no such column{}: correct the query"
_NO_FUNCTION = "there is no such function{}: correct the query"
_NO_RIGHT = "hervat's account lacks the right to read what it names{}: have SELECT on it given"
_PARAMETER = "it asks for a parameter that nothing gives (a colon and a name): correct the query"
_UNKNOWN = "see that the database answers, that the query is right and that hervat's account may read what it names"

_POSTGRESQL = {
    "42601": _SYNTAX,
    "42P01": _NO_TABLE,
    "3F000": _NO_TABLE,
    "42703": _NO_COLUMN,
    "42883": _NO_FUNCTION,
    "42501": _NO_RIGHT,
}
_MARIADB = {
    1064: _SYNTAX,
    1146: _NO_TABLE,
    1054: _NO_COLUMN,
    1305: _NO_FUNCTION,
    1142: _NO_RIGHT,
    1143: _NO_RIGHT,
    1370: _NO_RIGHT,
}
_SQLITE = {
    "syntax error": _SYNTAX,
    "incomplete input": _SYNTAX,
    "no such table": _NO_TABLE,
    "no such column": _NO_COLUMN,
    "no such function": _NO_FUNCTION,
}


def unrunnable(error: BaseException) -> str:
    """Return why a query failed and what to do; with names that the database gives, never with values."""
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return _PARAMETER
    if message := unconnected(error) or hidden_by(error):
        return message
    original: Any = getattr(error, "orig", None) or error
    template, named = _kind(original)
    return (template or _UNKNOWN).format(_detail(named))


def _kind(original: Any) -> tuple[str | None, str]:
    """Return a message with a place for a name, and the database's own message."""
    if isinstance(original, psycopg.Error):
        return _POSTGRESQL.get(original.sqlstate or ""), original.diag.message_primary or ""
    text = str(original.args[-1]) if original.args else ""
    if isinstance(original, sqlite3.Error):
        return next((template for part, template in _SQLITE.items() if part in text), None), text
    number = original.args[0] if original.args else None
    return (_MARIADB.get(number) if isinstance(number, int) else None), text.rpartition("to use ")[2]


def _detail(text: str) -> str:
    """Return the database's own message if it is short and can't hold a person's number."""
    text = re.sub(r"\s+", " ", text).strip()
    return f" ({text})" if text and len(text) <= _LONGEST and not stands_in(text) else ""
