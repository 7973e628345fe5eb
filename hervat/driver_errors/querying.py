"""Why a query of the configuration does not run: its SQL, a name that is not there, a right or row-level security."""

import re
import sqlite3
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError, StatementError

from hervat.bsn import stands_in
from hervat.driver_errors.connecting import unconnected

_ROLE = "ACCOUNT"
_REFUSES = "check_enable_rls"  # the function of the server that says so, in whatever language it speaks
_QUOTED = re.compile(r'["«»„“]\s*([^"«»„“”]+?)\s*["«»“”]')


def hidden(table: str, role: str = _ROLE) -> str:
    """Return the message for a table whose rows row security would hide, with the administrator's statement."""
    return (
        f"{table}: row security is on for this account, so rows may be hidden from it;"
        f" let the administrator grant BYPASSRLS: alter role {role} bypassrls"
        " (a policy that shows all rows does not help: what it shows, hervat can't see)"
    )


def hidden_by(error: BaseException) -> str | None:
    """Return `hidden` for the table of an error of SQLAlchemy or a driver, else None."""
    original: Any = getattr(error, "orig", None) or error
    if not isinstance(original, psycopg.errors.InsufficientPrivilege):
        return None
    text = original.diag.message_primary or ""
    if original.diag.source_function != _REFUSES and "row-level security" not in text:
        return None
    quoted = _QUOTED.search(text)
    return hidden(quoted[1] if quoted and not stands_in(quoted[1]) else "a table")


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
