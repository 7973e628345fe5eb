"""A small local system of made-up persons in which every kind of look is taken: for settings that could blind one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from hervat.databases.query import read_rows, try_query
from hervat.delivery.records.source import open_records
from hervat.erasure import check, execute, make_plan, open_system, root_groups
from hervat.erasure.execution.read_back import verify_erasure
from hervat.erasure.suggest import suggest_for
from hervat.notices.disclosures import COLUMNS, row_of
from hervat.settings import Municipality, System
from tests.support.dossiers import Base, bsn

PERSONS = 30
CORRECTED = {"a": frozenset([bsn(PERSONS - 1)]), "b": frozenset([bsn(3)])}
MOMENT = {False: "timestamp with time zone", True: "timestamp null"}

DISCLOSED = "select bsn, partij, kenmerk, verstrekt_op from verstrekking"
RECORDS = "select bsn, sinds as datum_pip from persoon p join inburgeraar i on i.persoon_id = p.id"


@dataclass(frozen=True)
class Seen:
    """What was seen of a system; `left`: roots of the corrected persons that the read-back finds."""

    plan: Any
    fails: list[str]
    roots: int
    left: int
    disclosed: list[Any]
    records: list[Any]
    keys: str


def make(base: Base) -> None:
    """Make the tables. Each root begins at 23:30 UTC: on the next day in the Netherlands, in winter and in summer."""
    base.run(f"""
create table persoon (id integer primary key, bsn char(12), naam varchar(60));
create table inburgeraar (id integer primary key, persoon_id integer not null references persoon (id),
  wet varchar(10), sinds {MOMENT[base.is_mariadb]});
create table traject (id integer primary key, inburgeraar_id integer not null references inburgeraar (id), soort varchar(20));
create table verstrekking (id integer primary key, bsn char(12), partij varchar(20), kenmerk varchar(20),
  verstrekt_op {MOMENT[base.is_mariadb]})
""")
    zone = "" if base.is_mariadb else "+00"
    persons = [(number, bsn(number), "Verzonnen") for number in range(1, PERSONS + 1)]
    days = ["2021-12-31 23:30:00", "2022-06-30 22:30:00"]
    roots = [(number, number, "Wi2021", days[number % 2] + zone) for number, *_ in persons]
    disclosed = [(number, text, "school", f"K{number}", days[number % 2] + zone) for number, text, _ in persons]
    with base.engine.begin() as connection:
        if base.is_mariadb:
            connection.exec_driver_sql("set session time_zone = '+00:00'")
        for table, rows in (("persoon", persons), ("inburgeraar", roots), ("verstrekking", disclosed)):
            marks = ", ".join(["%s"] * len(rows[0]))
            connection.exec_driver_sql(f"insert into {table} values ({marks})", rows)
        trajects = [(number, number, "B1") for number, *_ in persons]
        connection.exec_driver_sql("insert into traject values (%s, %s, %s)", trajects)
        if base.is_mariadb:
            connection.exec_driver_sql("set session time_zone = 'SYSTEM'")


def system(url: str) -> System:
    """Return the system of that URL with its footprint."""
    footprint = {
        "person": {"table": "persoon", "bsn": "bsn"},
        "root": "inburgeraar",
        "where": {"inburgeraar.wet": "Wi2021"},
        "conditions": ["inburgeraar.sinds >= 2022-01-01"],
    }
    coverage = {"tables": ["verstrekking"]}
    return System.model_validate({"name": "proef", "database": url, "footprint": footprint, "coverage": coverage})


def look(url: str) -> Seen:
    """Take every kind of look at a system; nothing of it changes."""
    one = system(url)
    with open_system(one) as local:
        plan, fails = make_plan(local, CORRECTED), check(local)
        roots = sum(len(alike.bsns) for alike in root_groups(local) if alike.verdict)
        left = verify_erasure(local, CORRECTED, ()).left
        keys = str(local.schema.keys)
    try_query(one, DISCLOSED, COLUMNS)
    disclosed = sorted(
        (row.bsn, row.provided_on) for part in read_rows(one, DISCLOSED, COLUMNS) for row in (row_of(*r) for r in part)
    )
    suggest_for("proef", url)
    return Seen((plan.hash, str(plan)), fails, roots, left, disclosed, records(one), keys)


def records(one: System) -> list[Any]:
    """Return the rows of its records query."""
    cbs = {"reporter": "0000", "records": {"system": "proef", "query": RECORDS}}
    town = Municipality.model_validate({"code": "0000", "name": "x", "systems": [one], "cbs": cbs})
    assert town.cbs is not None
    with open_records(town, town.cbs, date(2022, 3, 31)) as source:
        source.first()
        return [str(row) for row in source.rows()]


def clean(url: str) -> Any:
    """Erase the corrected persons; return what went."""
    with open_system(system(url)) as local:
        return execute(local, CORRECTED, make_plan(local, CORRECTED).hash)
