"""What SQL Server and Oracle say of triggers, routines and history, read as their catalogues would give it."""

from typing import Any

import pytest
from sqlalchemy.dialects import mssql, oracle

from hervat.databases import Mssql, Oracle
from hervat.databases.catalogue import SchemaCatalogue, WriteFound
from hervat.databases.mssql import catalogue as sql_server
from hervat.erasure.schema.triggers import _trigger


class Answers:
    """A connection that gives what a catalogue would, by a word of the query."""

    def __init__(self, dialect: Any, answers: dict[str, Any]) -> None:
        self._dialect, self._answers = dialect, answers

    def execute(self, statement: Any) -> Any:
        said = str(statement.compile(dialect=self._dialect))
        return next((rows for word, rows in self._answers.items() if word in said), [])

    def scalar(self, statement: Any) -> Any:
        return self.execute(statement)


HOUSE = {
    "schema_name()": "dbo",
    "in ('U', 'V')": [("dbo", "t"), ("audit", "log"), ("dbo", "Traject")],
    "'P', 'FN'": [("audit", "log_it", "create procedure audit.log_it as insert into audit.log select 1"), ("dbo", "x", None)],
    "user_flashback": [("traject", "SYS_FBA_HIST_1")],
    "user_mview_logs": [("traject", "MLOG$_TRAJECT")],
    "user_indexes": [("traject", "WOORDEN")],
    "sys_context": "ICT",
    "all_objects": [("ICT", "TRAJECT"), ("AUDIT", "LOG")],
    "all_source": [("AUDIT", "SCHRIJF", "package body schrijf is procedure p is begin\n"), ("AUDIT", "SCHRIJF", "insert into log values (1); end; end;")],
    "history_table_id": [("t", "history", "dbo.t_history"), ("t", "cdc", ""), ("t", "fulltext", "")],
}  # fmt: skip


def sql_server_catalogue() -> SchemaCatalogue:
    return Mssql().catalogue(Answers(mssql.dialect(), HOUSE), ())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("insert [audit].[log] select * from deleted", "writes to audit.log"),
        ("exec audit.log_it @a = 1", "writes to audit.log"),
        ("delete d from traject d join deleted on 1 = 1", "writes to Traject"),
        ("exec dbo.x", "writes where hervat can't see: the text of the routine"),
        ("exec (@sql)", "writes where hervat can't see: SQL that it puts together"),
        ("insert ander.dbo.log select 1", "writes to ander.dbo.log"),
    ],
)
def test_a_trigger_of_sql_server(body: str, told: str) -> None:
    text = f"create trigger x on dbo.t after insert, delete as begin {body} end"
    found = _trigger(["t", "Traject"], sql_server_catalogue(), WriteFound("x", "t", text, event="DELETE INSERT"))
    assert found.events == {"INSERT", "DELETE"}
    assert str(found).startswith(f"x on t ({told}")


def test_a_trigger_of_oracle_that_calls_a_package() -> None:
    catalogue = Oracle().catalogue(Answers(oracle.dialect(), HOUSE), ())  # type: ignore[arg-type]
    body = "begin audit.schrijf.p(:old.id); execute immediate 'delete from audit.log'; end;"
    found = _trigger(["traject"], catalogue, WriteFound("x", "TRAJECT", "AFTER EACH ROW DELETE ON ", body))
    assert str(found) == "x on traject (writes to audit.log)"


def test_what_keeps_rows_there() -> None:
    server = Mssql().keepers(Answers(mssql.dialect(), HOUSE), ())  # type: ignore[arg-type]
    assert [one.what for one in server] == ["the history table", "change data capture", "the full-text index"]
    assert "SYSTEM_VERSIONING = OFF" in str(server[0]) and "dbo.t_history" in str(server[0])
    other = Oracle().keepers(Answers(oracle.dialect(), HOUSE), ())  # type: ignore[arg-type]
    assert [one.name for one in other] == ["SYS_FBA_HIST_1", "MLOG$_TRAJECT", "WOORDEN"]
    assert {one.table for one in other} == {"traject"}


def test_the_query_for_triggers_of_sql_server_gives_their_events() -> None:
    assert "sys.trigger_events" in str(sql_server._TRIGGERS)
