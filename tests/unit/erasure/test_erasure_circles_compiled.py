"""How a circle of tables is emptied on SQL Server and Oracle: which keys are set to null, in which order, in their words."""

import re
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.reflection import Inspector

from hervat.databases import database_of
from hervat.erasure.execution.run_statements import erase
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.planning.plan import make_plan
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.schema.reflect import read_schema
from hervat.erasure.statements.cycles import Cycle, cycle_of
from hervat.erasure.system import LocalSystem
from hervat.settings import System
from tests.unit.erasure.test_erasure_compiled import FakeEngine, dialects

KEYS = {"root": ["persoon_id"], "a": ["root_id", "b_id"], "b": ["c_id", "d_id"], "c": ["a_id"], "d": ["c_id", "d_id"]}
OWNS = ["a.b_id", "b.d_id"]
PERSONS = {"a": frozenset(["100000000"])}


def table(name: str, firm: set[str], unique: tuple[tuple[str, ...], ...]) -> TableInfo:
    columns = [
        Column("id", Integer()),
        Column("bsn", String(9)),
        *(Column(one, Integer()) for one in KEYS.get(name, [])),
    ]
    keys = tuple(Key(name, (one,), one.removesuffix("_id"), ("id",)) for one in KEYS.get(name, []))
    able = frozenset(one for one in KEYS.get(name, []) if f"{name}.{one}" not in firm)
    return TableInfo(name, Table(name, MetaData(), *columns), ("id",), able, keys, unique)


def local_on(dialect: Dialect, *firm: str, unique: dict[str, tuple[tuple[str, ...], ...]] | None = None) -> LocalSystem:
    names = ("persoon", *KEYS)
    schema = Schema({name: table(name, set(firm), (unique or {}).get(name, ())) for name in names})
    belongs = {"a": ["root_id"], "b": [], "c": ["a_id"], "d": ["c_id"]}
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "root", "belongs": belongs, "owns": OWNS}
    system = System.model_validate({"name": "proef", "database": f"{dialect.name}://x", "footprint": footprint})
    shape = read_shape(system.name, system.footprint, schema)  # type: ignore[arg-type]
    return LocalSystem(system, FakeEngine(dialect), schema, shape, ())  # type: ignore[arg-type]


def circle(dialect: Dialect, *firm: str, **given: Any) -> Cycle:
    local = local_on(dialect, *firm, **given)
    return cycle_of(("a", "b", "c", "d"), local.shape, local.schema, database_of(dialect))


@pytest.fixture(params=dialects(), ids=lambda one: one.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


def test_the_keys_that_may_not_be_null_give_the_order(dialect: Dialect) -> None:
    found = circle(dialect, "c.a_id", "b.c_id")
    assert (found.order, found.nulled) == ((("b",), ("d",), ("c",), ("a",)), {"a": ("b_id",)})
    assert (found.tables, found.stuck("abcd")) == (("b", "d", "c", "a"), [])


def test_one_statement_a_table_sets_all_its_keys_to_null_but_its_own_to_itself(dialect: Dialect) -> None:
    assert circle(dialect).nulled == {"c": ("a_id",), "d": ("c_id",)}
    assert circle(dialect, "a.b_id", "c.a_id", "d.c_id").nulled == {"b": ("c_id", "d_id")}


def test_a_circle_in_the_circle_that_may_not_be_null_is_named_where_all_of_it_loses_rows(dialect: Dialect) -> None:
    found = circle(dialect, "a.b_id", "b.c_id", "c.a_id")
    assert found.order == (("a", "b", "c"), ("d",))
    told = "a, b, c point to each other by a.b_id, b.c_id, c.a_id, none of which can be null in several rows"
    assert [one.split(";")[0] for one in found.stuck("abcd")] == [told]
    assert (found.stuck("abd"), found.among("abd")) == ([], [("a",), ("b",), ("d",)])


def test_a_unique_key_is_set_to_null_only_where_several_nulls_may_stand_there(dialect: Dialect) -> None:
    alone, among = {"c": (("a_id",),)}, {"c": (("a_id", "bsn"),)}
    server = dialect.name == "mssql"
    assert [one.table for one in circle(dialect, unique=alone).not_null] == (["c"] if server else [])
    assert [one.table for one in circle(dialect, unique=among).not_null] == ["c"]


def test_the_statements_are_written_and_executed_in_their_order(dialect: Dialect) -> None:
    local = local_on(dialect, "c.a_id", "b.c_id")
    plan = make_plan(local, PERSONS)
    connection: Any = local.engine.connect()
    survey = PlanSurvey(connection, local, PERSONS)
    before = len(connection.seen)
    erase(survey)
    said = r"^(?:UPDATE|DELETE FROM) \[?\w+"
    for seen in (plan.statements, connection.seen[before:]):
        begun = [found[0].replace("[", "") for one in seen if (found := re.match(said, one))]
        assert begun[-6:] == ["UPDATE a", *(f"DELETE FROM {name}" for name in "bdca"), "DELETE FROM root"]
        assert begun[:-6] == ["UPDATE d", "UPDATE d"]  # what survives and points in
    assert " SET b_id=NULL " in plan.statements[2].replace("[", "").replace("]", "")


def test_a_dialect_that_reads_no_unique_constraints_tells_by_the_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLAlchemy's for SQL Server raises this; the index behind a constraint is read there."""

    def none(*_given: Any, **_more: Any) -> None:
        raise NotImplementedError

    monkeypatch.setattr(Inspector, "get_multi_unique_constraints", none)
    with create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("create table a (id integer primary key, b integer unique)")
        assert read_schema(connection)["a"].is_unique(["b"])
