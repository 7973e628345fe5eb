"""What a database driver's exception means, in our words: why it does not connect, or a configured query does not run.

A driver's own text can repeat values (rule 7 of the design): what is passed on of it are names of things alone.
"""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

import psycopg
import pymysql
from sqlalchemy.exc import DBAPIError, StatementError

from hervat.bsn import stands_in

_SEE_URL = "see that it runs, and host, port, name and account in its URL"
_REFUSED = "the password for user {0} is not right (or there is no such user); correct it in its URL"
_ASKED = "the server asks a password of user {0} and its URL has none; write it there"
_NO_DATABASE = "the database {0} does not exist; correct the name in its URL, or have it made"
_NO_HOST = "the host {0} can't be found; correct it in its URL"
_SILENT = "nothing answers at {0}; " + _SEE_URL
_LOST = "the connection was lost; " + _SEE_URL
_HBA = "the server takes no connection of user {0} to the database {1} from here; its keeper allows it (pg_hba.conf)"

_POSTGRESQL = {
    r'password authentication failed for user "([^"]*)"': _REFUSED,
    r'no pg_hba\.conf entry for host .*user "([^"]*)", database "([^"]*)"': _HBA,
    r'pg_hba\.conf rejects connection for host .*user "([^"]*)", database "([^"]*)"': _HBA,
    r'database "([^"]*)" does not exist': _NO_DATABASE,
    r'role "([^"]*)" does not exist': "there is no user {0} at the server; correct it in its URL, or have it made",
    r'role "([^"]*)" is not permitted to log in': "user {0} may not log in; its keeper gives that right (login)",
    r'permission denied for database "([^"]*)"': (
        "its user may not connect to the database {0}; its keeper gives that right (grant connect on database {0} ...)"
    ),
    r"failed to resolve host '([^']*)'": _NO_HOST,
    r'connection to server at "([^"]*)".*port (\d+) failed: (?:.*refused|.*timeout|.*timed out|.* to host)': (
        "nothing answers at {0}:{1}; " + _SEE_URL
    ),
}
_GAVE_NONE = "no password supplied"
_MARIADB: Mapping[int, tuple[str, str]] = {
    1044: (
        r"user '([^']*)'.* to database '([^']*)'",
        "there is no database {1}, or user {0} may not use it; correct the name in its URL, or have the right given",
    ),
    1045: (r"user '([^']*)'", _REFUSED),
    1049: (r"database '([^']*)'", _NO_DATABASE),
    1130: (r"Host '([^']*)'", "the server lets nobody in from {0}; its keeper makes an account for this machine"),
    1698: (r"user '([^']*)'", "user {0} does not log in by a password; its keeper gives it one"),
    2002: (r"on '([^']*)'", _SILENT),
    2003: (r"on '([^']*)'", _SILENT),
    2005: (r"host '([^']*)'", _NO_HOST),
    2006: ("", _LOST),
    2013: ("", _LOST),
}
_OF_THE_CLIENT = 2000  # from here on MariaDB's codes are of its client: they always tell of the connection itself


def unconnected(error: BaseException) -> str | None:
    """Return why connecting failed and what to do, for SQLAlchemy's error or a driver's own.

    None for an error of a connection that stood: then the database refused something.
    """
    original: Any = getattr(error, "orig", None) or error
    if isinstance(original, psycopg.OperationalError):
        return None if original.sqlstate else _of_postgresql(original)
    if isinstance(original, pymysql.err.Error):
        return _of_mariadb(original.args, stood=getattr(error, "statement", None) is not None)
    return None


def _of_postgresql(error: psycopg.OperationalError) -> str:
    text = str(error)
    if _GAVE_NONE in text and error.pgconn:
        return _ASKED.format(error.pgconn.user.decode())
    for pattern, message in _POSTGRESQL.items():
        if match := re.search(pattern, text, re.IGNORECASE):
            return message.format(*match.groups())
    return _SEE_URL


def _of_mariadb(args: tuple[Any, ...], stood: bool) -> str | None:
    """Return the text; `stood`: a statement was on its way, so what the server says is about that."""
    number = args[0] if args and isinstance(args[0], int) else 0
    if number not in _MARIADB or (stood and number < _OF_THE_CLIENT):
        return None
    text = str(args[1]) if len(args) > 1 else ""
    pattern, message = _MARIADB[number]
    if number == 1045 and "(using password: NO)" in text:
        message = _ASKED
    if "Name or service not known" in text or "getaddrinfo" in text:
        message = _NO_HOST
    match = re.search(pattern, text)
    return message.format(*match.groups()) if match else _SEE_URL


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

_POSTGRESQL_QUERY = {
    "42601": _SYNTAX,
    "42P01": _NO_TABLE,
    "3F000": _NO_TABLE,
    "42703": _NO_COLUMN,
    "42883": _NO_FUNCTION,
    "42501": _NO_RIGHT,
}
_MARIADB_QUERY = {
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
        return _POSTGRESQL_QUERY.get(original.sqlstate or ""), original.diag.message_primary or ""
    text = str(original.args[-1]) if original.args else ""
    if isinstance(original, sqlite3.Error):
        return next((template for part, template in _SQLITE.items() if part in text), None), text
    number = original.args[0] if original.args else None
    return (_MARIADB_QUERY.get(number) if isinstance(number, int) else None), text.rpartition("to use ")[2]


def _detail(text: str) -> str:
    """Return the database's own message if it is short and can't hold a person's number."""
    text = re.sub(r"\s+", " ", text).strip()
    return f" ({text})" if text and len(text) <= _LONGEST and not stands_in(text) else ""
