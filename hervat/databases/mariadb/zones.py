"""The time zone of a MariaDB session: a TIMESTAMP is a moment, and which day that is depends on it.

The zone has a name if the server knows it, or if its machine is on Dutch time. Else it is today's offset from UTC:
right for what is now, an hour off for the other half of the year, so what would show such moments is refused.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pymysql
from sqlalchemy import Connection, text

from hervat.databases.errors import SettingError

MEND = "let the database's keeper run: mariadb-tzinfo-to-sql /usr/share/zoneinfo | mariadb -u root mysql"
_DUTCH = ZoneInfo("Europe/Amsterdam")
_YEARS = range(2021, 2028)
_A_TIMESTAMP = 7  # among the driver's kinds of columns
_BY_DISTANCE = re.compile(r"[+-]\d\d:\d\d")
_MOMENTS = text("""
    select distinct table_name, column_name from information_schema.columns where data_type = 'timestamp'
    and table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys')
""")


def dutch_time(connection: Any) -> None:
    """Put a new connection on Dutch time, as well as its server can."""
    with connection.cursor() as cursor:
        for zone in (_DUTCH.key, "SYSTEM"):
            try:
                cursor.execute("SET SESSION time_zone = %s", [zone])
            except pymysql.err.OperationalError:
                continue
            if _is_dutch(cursor):
                return
        distance = datetime.now(_DUTCH).strftime("%z")
        cursor.execute("SET SESSION time_zone = %s", [f"{distance[:3]}:{distance[3:]}"])


def _is_dutch(cursor: Any) -> bool:
    """True if the session's clock is that of the Netherlands, winter and summer."""
    moments = [datetime(year, month, 1, 12, tzinfo=UTC) for year in _YEARS for month in (1, 7)]
    asked = ", ".join(f"cast(from_unixtime({int(moment.timestamp())}) as char(19))" for moment in moments)
    cursor.execute(f"SELECT {asked}")
    return list(cursor.fetchone()) == [moment.astimezone(_DUTCH).strftime("%Y-%m-%d %H:%M:%S") for moment in moments]


def is_without_zone(connection: Connection) -> bool:
    """True if moments of another half of the year would be an hour off."""
    if connection.dialect.name not in ("mariadb", "mysql"):
        return False
    return bool(_BY_DISTANCE.fullmatch(connection.scalar(text("select @@session.time_zone")) or ""))


def refuse_moments(connection: Connection, system: str, query: str) -> bool:
    """True if the session is without a zone, for `refuse_shown_moments`.

    Raises SettingError for a query that names a column of moments where it is.
    """
    without = is_without_zone(connection)
    if without:
        for table, column in (("", "from_unixtime"), *connection.execute(_MOMENTS)):
            if _names(query, column) and (not table or _names(query, table)):
                raise without_zone(system, column)
    return without


def _names(query: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query, re.IGNORECASE))


def refuse_shown_moments(without: bool, system: str, description: Sequence[Any]) -> None:
    """Raise SettingError for an answer with a column of moments where the session is without a zone."""
    for name in (column[0] for column in description if without and column[1] == _A_TIMESTAMP):
        raise without_zone(system, name)


def without_zone(system: str, column: str) -> SettingError:
    """Return the error for a column of moments, or what reads one."""
    problem = f"{column} holds moments (TIMESTAMP) and this server does not know the time in Europe/Amsterdam"
    return SettingError(f"system {system}: {problem}, so which day they are on can't be told; {MEND}")
