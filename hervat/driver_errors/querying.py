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
_SYNTAX = "its SQL is not right{}: mend the query"
_NO_TABLE = "there is no such table or view{}: mend the query"
_NO_COLUMN = "there is no such column{}: mend the query"
_NO_FUNCTION = "there is no such function{}: mend the query"
_NO_RIGHT = "hervat's account lacks the right to read what it names{}: have SELECT on it given"
_PARAMETER = "it asks for a parameter that nothing gives (a colon and a name): mend the query"
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
    """Return why a query failed and what to do; names that the database gives are told, values never."""
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):
        return _PARAMETER
    if told := unconnected(error) or hidden_by(error):
        return told
    original: Any = getattr(error, "orig", None) or error
    told, named = _kind(original)
    return (told or _UNKNOWN).format(_detail(named))


def _kind(original: Any) -> tuple[str | None, str]:
    """Return what is wrong, as a text with a place for its name, and what the database says of it."""
    if isinstance(original, psycopg.Error):
        return _POSTGRESQL.get(original.sqlstate or ""), original.diag.message_primary or ""
    text = str(original.args[-1]) if original.args else ""
    if isinstance(original, sqlite3.Error):
        return next((told for said, told in _SQLITE.items() if said in text), None), text
    number = original.args[0] if original.args else None
    return (_MARIADB.get(number) if isinstance(number, int) else None), text.rpartition("to use ")[2]


def _detail(text: str) -> str:
    """Return what the database says, when it is short and holds no number of a person."""
    text = re.sub(r"\s+", " ", text).strip()
    return f" ({text})" if text and len(text) <= _LONGEST and not stands_in(text) else ""
