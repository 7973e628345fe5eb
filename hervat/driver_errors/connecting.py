"""Why a connection to a database failed, and what to do: password, server, database, right."""

import re
from collections.abc import Mapping
from typing import Any

import psycopg
import pymysql

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
