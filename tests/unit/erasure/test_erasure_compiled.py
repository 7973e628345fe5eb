"""Every statement that a cleaning builds is written for SQL Server and Oracle too. No server of theirs was at hand."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Numeric, String, Table, make_url, select
from sqlalchemy.dialects import mssql, oracle
from sqlalchemy.engine import Dialect

from hervat.databases import Timeouts, database_of, engine_of
from hervat.databases.mssql.database import MssqlWriter
from hervat.databases.oracle.database import OracleWriter
from hervat.erasure.doctor import unwise
from hervat.erasure.execution.conservation import Witness, count_tables
from hervat.erasure.execution.old_values import _statement, old_values
from hervat.erasure.execution.read_back import verify_erasure
from hervat.erasure.execution.run_statements import erase, mark
from hervat.erasure.footprint.marks import read_marks
from hervat.erasure.footprint.read import read_shape
from hervat.erasure.planning.plan import make_plan
from hervat.erasure.planning.survey import PlanSurvey
from hervat.erasure.schema.model import Key, Schema, TableInfo
from hervat.erasure.selection.roots import root_groups
from hervat.erasure.system import LocalSystem
from hervat.errors import UsageError
from hervat.settings import System
from tests.support.dossiers import FOOTPRINT

FOREIGN = re.compile(r"\b(GLOB|LIMIT|REGEXP|ILIKE|GET_LOCK|USING)\b|::|~", re.IGNORECASE)
TEXT, NUMBER = String(40), Integer()
TABLES: dict[str, dict[str, Any]] = {
    "gemeente": {"id": NUMBER, "naam": TEXT},
    "natuurlijk_persoon": {"id": NUMBER, "burgerservicenummer": String(20), "laatste_plicht_id": NUMBER},
    "vreemdeling": {"id": NUMBER, "vnummer": NUMBER},
    "inburgeraar": {
        "id": NUMBER, "wet": TEXT, "datum": Date(), "status": TEXT, "gemeente_id": NUMBER, "plicht_id": NUMBER,
        "aanbod_id": NUMBER, "actief": Boolean(),
    },
    "inburgeringsplicht": {"id": NUMBER, "datum_start": Date(), "soort": TEXT},
    "inburgeringsaanbod": {"id": NUMBER, "soort": TEXT},
    "termijn": {"id": NUMBER, "plicht_id": NUMBER, "einde": Date()},
    "traject": {"id": NUMBER, "plicht_id": NUMBER, "vorige_id": NUMBER},
    "ontheffing": {"id": NUMBER, "plicht_id": NUMBER, "reden": TEXT},
    "examen": {"id": NUMBER, "traject_id": NUMBER, "order": NUMBER},
    "examenonderdeel": {"id": NUMBER, "examen_id": NUMBER, "ontheffing_id": NUMBER},
    "vrijstelling": {"id": NUMBER, "plicht_id": NUMBER, "examenonderdeel_id": NUMBER},
    "pip": {"id": NUMBER, "aanbod_id": NUMBER},
    "plicht_gemeente": {"plicht_id": NUMBER, "gemeente_id": NUMBER},
    "traject_pip": {"traject_id": NUMBER, "pip_id": NUMBER, "soort": TEXT},
    "vervolg": {"id": NUMBER, "traject_id": NUMBER, "pip_id": NUMBER},
    "taalles": {"id": NUMBER, "klant_bsn": String(20), "uren": NUMBER},
    "factuur": {"id": NUMBER, "traject_id": NUMBER, "bedrag": Numeric(8, 2)},
}  # fmt: skip
TARGETS = {
    "gemeente_id": "gemeente", "plicht_id": "inburgeringsplicht", "aanbod_id": "inburgeringsaanbod",
    "traject_id": "traject", "vorige_id": "traject", "ontheffing_id": "ontheffing", "examen_id": "examen",
    "examenonderdeel_id": "examenonderdeel", "pip_id": "pip", "laatste_plicht_id": "inburgeringsplicht",
}  # fmt: skip
PRIMARY = {"plicht_gemeente": (), "traject_pip": ("traject_id", "pip_id")}


def keys_of(name: str) -> tuple[Key, ...]:
    if name == "vervolg":  # by two columns: no row values in SQL Server
        return (Key(name, ("traject_id", "pip_id"), "traject_pip", ("traject_id", "pip_id")),)
    found = [Key(name, (column,), TARGETS[column], ("id",)) for column in TABLES[name] if column in TARGETS]
    shared = {"vreemdeling": "natuurlijk_persoon", "inburgeraar": "vreemdeling"}
    return (*found, *([Key(name, ("id",), shared[name], ("id",))] if name in shared else []))


def schema() -> Schema:
    tables = {}
    for name, columns in TABLES.items():
        primary = PRIMARY.get(name, ("id",))
        tables[name] = TableInfo(
            name=name,
            sa=Table(name, MetaData(), *(Column(column, kind) for column, kind in columns.items())),
            primary=primary,
            nullable=frozenset(set(columns) - {*primary}),
            keys=keys_of(name),
        )
    return Schema(tables)


FOOTPRINT_HERE = FOOTPRINT | {
    "conditions": ["inburgeraar.plicht_id > inburgeringsplicht.datum_start >= 2022-01-01"],
    "belongs": FOOTPRINT["belongs"] | {"traject_pip": ["traject_id"], "vervolg": ["traject_id"]},
}


class Result:
    """What the fake database answers: one row, whatever is asked; to a union of counts one of each, with its number."""

    rowcount = 1

    def __init__(self, width: int = 1, counts: int = 0) -> None:
        self.width, self.counts = width, counts

    def __iter__(self) -> Iterator[Any]:
        return iter([(*(1,) * (self.width - 1), number) for number in range(self.counts)])

    def all(self) -> list[Any]:
        return []

    def one(self) -> tuple[int, ...]:
        return (1,) * self.width


class FakeConnection:
    """Writes down what it is given, as its dialect writes it."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect, self.seen = dialect, list[str]()

    def execute(self, statement: Any, parameters: Any = None) -> Result:
        self.seen.append(str(statement.compile(dialect=self.dialect)))
        return Result(len(getattr(statement, "selected_columns", "1")), len(getattr(statement, "selects", ())))

    def scalar(self, statement: Any, parameters: Any = None) -> int:
        self.execute(statement)
        return 1

    def scalars(self, statement: Any, parameters: Any = None) -> list[Any]:
        self.execute(statement)
        return ["a"]

    def execution_options(self, **_options: Any) -> "FakeConnection":
        return self

    def rollback(self) -> None:
        pass

    def __enter__(self) -> "FakeConnection":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def exec_driver_sql(self, statement: str) -> Result:
        self.seen.append(statement)
        return Result()


class FakeEngine:
    """Gives out one connection, again and again."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect, self.connection = dialect, FakeConnection(dialect)

    def connect(self) -> "FakeConnection":
        return self.connection


@cache
def dialects() -> list[Dialect]:
    server, other = mssql.dialect(), oracle.dialect()
    server.statement_compiler, other.statement_compiler = MssqlWriter, OracleWriter
    return [server, other]


@pytest.fixture(params=dialects(), ids=lambda one: one.name)
def dialect(request: pytest.FixtureRequest) -> Dialect:
    found: Dialect = request.param
    return found


def local_on(dialect: Dialect, **options: Any) -> LocalSystem:
    given = {"name": "proef", "database": f"{dialect.name}://x", "footprint": FOOTPRINT_HERE, **options}
    system, known = System.model_validate(given), schema()
    shape = read_shape(system.name, system.footprint, known)  # type: ignore[arg-type]
    marks = read_marks(system, shape, known, database_of(dialect))
    return LocalSystem(system, FakeEngine(dialect), known, shape, marks)  # type: ignore[arg-type]


RESTRICT = {"inburgeraar.status": "beperkt", "termijn.einde": "2000-01-01", "inburgeraar.actief": False}


@cache
def statements(dialect: Dialect) -> list[str]:
    seen: list[str] = []
    few, many = ({f"{at}": frozenset([f"{100000000 + at}"]) for at in range(number)} for number in (1, 1001))
    for options in ({}, {"policy": "restrict", "restrict": RESTRICT}):
        local = local_on(dialect, **options)
        connection: Any = local.engine.connect()
        plan = make_plan(local, few)
        survey = PlanSurvey(connection, local, few)
        Witness(survey, dict.fromkeys(TABLES, 5000)).refuse_changed()
        if options:
            mark(survey, lambda: None)
            old_values(connection, survey.reach, survey.asked, local.marks)
        else:
            erase(survey)
        count_tables(connection, local.schema)
        assert verify_erasure(local, few, ()).left == verify_erasure(local, many, ()).left == 1
        assert list(root_groups(local)) == []
        seen += [*connection.seen, *plan.statements]
    table = schema()["inburgeraar"]
    seen += [
        str(_statement(table, column, database_of(dialect)).compile(dialect=dialect)) for column in ("status", "datum")
    ]
    return seen


def test_every_statement_is_written(dialect: Dialect) -> None:
    seen = statements(dialect)
    told = " ".join(seen)
    for part in ("DELETE FROM inburgeraar", "UPDATE factuur SET", "UPDATE inburgeraar SET status", "INSERT INTO"):
        assert part in told.replace("[", "").replace("]", "")
    assert len(seen) > 100


def test_nothing_of_another_dialect_is_in_them(dialect: Dialect) -> None:
    assert [one for one in statements(dialect) if FOREIGN.search(one)] == []


def test_temporary_tables_have_the_names_that_the_kind_wants(dialect: Dialect) -> None:
    wanted = {"mssql": r"INTO \[#hervat_r0\]", "oracle": r'PRIVATE TEMPORARY TABLE "ORA\$PTT_HERVAT_R0"'}[dialect.name]
    seen = statements(dialect)
    assert any(re.search(wanted, one) for one in seen)
    assert max(len(name) for one in seen for name in re.findall(r"\w+", one)) <= 128


def test_no_row_values_for_sql_server() -> None:
    server = dialects()[0]
    assert [one for one in statements(server) if re.search(r"(?<!\w)\([\w.\[\]#]+, [^()]+\)\s+(NOT )?IN \(", one)] == []
    assert any("EXISTS" in one and "traject_pip" in one for one in statements(server) if one.startswith("DELETE"))


def test_casts_to_text_have_a_length_on_oracle() -> None:
    other = dialects()[1]
    assert [one for one in statements(other) if re.search(r"\bCLOB\b|VARCHAR2\)", one)] == []


def test_the_bsn_is_read_in_every_spelling_by_what_the_server_has(dialect: Dialect) -> None:
    column, database = schema()["natuurlijk_persoon"].column("burgerservicenummer"), database_of(dialect)
    for expression in (database.normalised_bsn(column), database.stripped_bsn(column), database.odd(column)):
        assert not FOREIGN.search(str(select(expression).compile(dialect=dialect)))


def test_a_missing_driver_is_told_with_its_mend(dialect: Dialect) -> None:
    driver = {"mssql": "pyodbc", "oracle": "oracledb"}[dialect.name]
    with pytest.raises(UsageError, match=f"system proef: {dialect.name} needs .*pip install {driver}"):
        engine_of("proef", str(make_url(f"{dialect.name}://hervat@db.example.nl/x")), Timeouts())


def test_that_nobody_tried_it_is_told(dialect: Dialect) -> None:
    assert any(f"never tried on a real {dialect.name} server" in one for one in unwise(local_on(dialect)))
