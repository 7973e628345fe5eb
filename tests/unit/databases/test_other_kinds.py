"""SQLite as it lies there whatever the URL asks; SQL Server and Oracle by what would be said to them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from hervat.databases.connecting import engine_on
from hervat.databases.errors import SettingError
from hervat.databases.mssql import connection as mssql
from hervat.databases.oracle import connection as oracle
from hervat.databases.query import read_rows
from hervat.errors import UsageError
from hervat.settings import System


class Server:
    """A connection of a driver that answers nothing, but to one query."""

    def __init__(self, asked: str = "", *answer: str) -> None:
        self.said: list[str] = []
        self.asked, self.answer = asked, answer

    def cursor(self) -> "Server":
        return self

    def execute(self, statement: str) -> "Server":
        self.said.append(statement)
        return self

    def fetchall(self) -> list[tuple[str]]:
        return [(one,) for one in self.answer] if self.said[-1] == self.asked else []

    def commit(self) -> None:
        self.said.append("commit")


def test_what_is_said_to_sql_server() -> None:
    server = Server()
    mssql.pin(server, "proef", 30)
    wanted = {"SET ROWCOUNT 0", "SET TEXTSIZE 2147483647", "SET DATEFORMAT ymd", "SET LOCK_TIMEOUT 30000"}
    assert wanted < set(server.said)


@pytest.mark.parametrize(
    ("asked", "name", "told"),
    [
        (mssql.FILTERED, "dbo.pip", "system proef: row security is on for dbo.pip"),
        (mssql.MASKED, "dbo.persoon.bsn", "dbo.persoon.bsn are shown masked.*GRANT UNMASK"),
    ],
)
def test_what_sql_server_would_hide_is_refused(asked: str, name: str, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        mssql.pin(Server(asked, name), "proef", 30)


def test_what_oracle_would_hide_is_refused() -> None:
    server = Server(oracle.FILTERED, "WI.PIP")
    with pytest.raises(SettingError, match="system proef: row security is on.*WI.PIP.*EXEMPT ACCESS POLICY"):
        oracle.pin(server, "proef")
    assert {"ALTER SESSION SET NLS_COMP = BINARY", "ALTER SESSION SET TIME_ZONE = 'Europe/Amsterdam'"} < set(
        server.said
    )


def test_a_kind_that_is_not_known_is_refused() -> None:
    with pytest.raises(UsageError, match="system proef: hervat cleans .*not duckdb"):
        engine_on("proef", make_url("duckdb:///x"))


@pytest.mark.parametrize("options", ["", "?immutable=1", "?mode=ro&immutable=1&uri=true", "?nolock=1&cache=shared"])
def test_rows_in_the_log_of_a_sqlite_file_are_seen(tmp_path: Path, options: str) -> None:
    file = tmp_path / "local.db"
    footprint: Any = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "persoon"}
    one = System.model_validate({"name": "proef", "database": f"sqlite:///{file}{options}", "footprint": footprint})
    with closing(sqlite3.connect(file)) as vendor:
        vendor.executescript(
            "pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table persoon (bsn text)"
        )
        vendor.execute("insert into persoon values ('111111110')")
        vendor.commit()
        assert [row for part in read_rows(one, "select bsn from persoon", ["bsn"]) for row in part] == [("111111110",)]


def test_reading_a_sqlite_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "local.db"
    with closing(sqlite3.connect(file)) as vendor:
        vendor.execute("create table persoon (bsn text)")
    engine = engine_on("proef", make_url(f"sqlite:///{file}"), reading=True)
    with engine.connect() as connection, pytest.raises(OperationalError):
        connection.execute(text("delete from persoon"))
