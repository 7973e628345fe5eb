"""A database role a municipality on a real PostgreSQL: its own rows alone are seen, changed and inserted."""

from datetime import date, datetime

import psycopg
import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError

from hervat.masters import Masters, keys_from, new_key
from hervat.register import Register, role_of, row_security_sql
from hervat.register.models import Base
from hervat.register.row_security import _table
from tests.support.town import FAMILY, Town, made_up_bsn, row

OURS, THEIRS = "0000", "0363"
NUMBERS = {OURS: 1, THEIRS: 2}
TABLES = Base.metadata.sorted_tables
_VALUES = {Boolean: False, Date: date(2022, 3, 1), DateTime: datetime(2022, 3, 1), JSON: {}, LargeBinary: b"made up"}


@pytest.fixture
def register(postgres_url):
    """Two municipalities with a row in every table."""
    register = Register(postgres_url)
    register.migrate()
    with register.session() as session:
        for code in NUMBERS:
            for table in TABLES:
                session.execute(insert(table).values(made_up(table, code)))
    secure(postgres_url, (OURS, THEIRS))
    yield register
    register.close()


def made_up(table, code, number=None):
    return {column.name: value(column, code, number or NUMBERS[code]) for column in table.columns}


def value(column, code, number):
    if column.name == "municipality":
        return code
    if isinstance(column.type, Integer):
        return number
    known = next((known for kind, known in _VALUES.items() if isinstance(column.type, kind)), None)
    return f"{number}-{code}"[: getattr(column.type, "length", None)] if known is None else known


def secure(url, codes, sql=None):
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for _ in range(2):  # it may be repeated
            connection.execute(sql or row_security_sql(codes))


def as_role(url, code):
    return url.replace("postgres@", f"{role_of(code)}@")


def everything(engine):
    with engine.connect() as connection:
        return {table.name: connection.execute(select(table)).all() for table in TABLES}


def test_of_every_table_a_role_sees_changes_and_inserts_its_own_rows_alone(register, postgres_url):
    before = everything(register.engine)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(before, 2)
    ours = create_engine(as_role(postgres_url, OURS))
    for table in TABLES:
        own, theirs = sorted(before[table.name], key=lambda row: row._mapping == made_up(table, THEIRS))
        name = next(iter(table.columns)).name
        with ours.connect() as connection:
            assert connection.execute(select(table)).all() == [own], table.name
            assert connection.exec_driver_sql(f'update {table.name} set "{name}" = "{name}"').rowcount == 1, table.name
            assert refused(connection, insert(table).values(theirs._mapping)), table.name
            assert refused(connection, insert(table).values(made_up(table, THEIRS, 3) | leads(table, 2))), table.name
        if "municipality" in table.c:
            with ours.connect() as connection:
                assert refused(connection, table.update().values(municipality=THEIRS)), table.name
        with ours.connect() as connection:
            connection.exec_driver_sql("set constraints all deferred")
            gone = connection.exec_driver_sql(f"delete from {table.name}") if not led_to(table) else None
            assert gone is None or gone.rowcount == 1, table.name
    assert everything(register.engine) == before


def leads(table, number):
    return {key.parent.name: number for key in table.foreign_keys} | (
        {"person_id": number} if "person_id" in table.c else {}
    )


def led_to(table):
    return any(key.column.table is table for other in TABLES for key in other.foreign_keys)


def refused(connection, statement):
    """True if row-level security refuses a statement: neither a key nor a right does."""
    with connection.begin_nested() as savepoint:
        try:
            connection.execute(statement)
        except DBAPIError as error:
            return error.orig.sqlstate == "42501" and "row-level security" in str(error.orig)
        finally:
            if savepoint.is_active:
                savepoint.rollback()
    return False


def test_a_row_of_ones_own_leads_to_none_of_another(register, postgres_url):
    ours = create_engine(as_role(postgres_url, OURS))
    tables = [table for table in TABLES if "municipality" in table.c and table.foreign_keys]
    assert len(tables) > 5
    for table in tables:
        with ours.connect() as connection:
            mixed = insert(table).values(made_up(table, OURS, 3) | {key.parent.name: 2 for key in table.foreign_keys})
            assert refused(connection, mixed), table.name


def test_a_table_of_nobody_is_never_left_out():
    with pytest.raises(LookupError, match="the table stray neither names a municipality nor leads to one"):
        _table(Table("stray", MetaData()))
    sql = row_security_sql([OURS])
    assert all(f"create policy own_municipality on {table.name} " in sql for table in TABLES)


def test_a_whole_night_runs_under_the_role_and_the_rows_of_others_stay(tmp_path, postgres_url):
    towns = {kind: town_at(tmp_path / kind, url) for kind, url in (("owner", None), ("role", postgres_url))}
    town = towns["role"]
    secure(postgres_url, (), town.hervat("register", "row-security").stdout)
    register = Register(postgres_url)
    before = of_theirs(register)
    config = town.directory / "hervat.yaml"
    config.write_text(config.read_text().replace(postgres_url, as_role(postgres_url, OURS)))
    accounts = []
    for one in towns.values():
        persons = [made_up_bsn(number) for number in (61, 62, 63)]
        one.offer(
            "20220302", row("SS190", "01-03-2022", persons[0]), row("SS101", "20-02-2022", persons[2], group=FAMILY)
        )
        told = one.json("run", "--as-of", "2022-03-02", "--municipality", OURS)
        assert told["errors"] == []
        accounts.append(told)
    assert accounts[0] == accounts[1]
    (account,) = accounts[1]["municipalities"]
    assert (account["rows"]["loaded"], account["cleaning"][0]["cleaned"]) == (2, 1)
    assert town.json("verify", "--municipality", OURS) == {"wrong": []}
    refused_run = town.hervat("run", "--as-of", "2022-03-02", "--municipality", THEIRS)
    assert (refused_run.exit_code, f"the rows of {OURS} alone" in refused_run.stderr) == (2, True)
    keys_are_renewed_by_the_owner_alone(town)
    assert of_theirs(register) == before
    register.close()


def keys_are_renewed_by_the_owner_alone(town):
    """A role that sees one municipality would leave the others under keys that are gone."""
    file = town.directory / "var" / "keys.json"
    text, vault = (
        file.read_text(),
        {path: path.stat().st_mtime_ns for path in (town.directory / "var" / "vault").rglob("*")},
    )
    refused_one = town.hervat("vault", "rotate", "--by", "A. Proef")
    assert (refused_one.exit_code, "let the owner do it" in refused_one.stderr) == (2, True)
    file.write_text(Masters(keys_from(text, "it").current, new_key()).text())  # begun by the owner, and killed
    refused_one = town.hervat("run", "--municipality", OURS)
    assert (refused_one.exit_code, "let the owner do it" in refused_one.stderr) == (2, True)
    file.write_text(text)
    assert {path: path.stat().st_mtime_ns for path in (town.directory / "var" / "vault").rglob("*")} == vault


def of_theirs(register):
    found = {}
    with register.engine.connect() as connection:
        for table in TABLES:
            if "municipality" in table.c:
                found[table.name] = connection.execute(select(table).where(table.c.municipality == THEIRS)).all()
    return found


def town_at(place, register):
    """Two gemeenten after a night, by the register's owner."""
    town = Town(place, **({"register": register} if register else {}))
    config = place / "hervat.yaml"
    config.write_text(
        config.read_text()
        + f"""
  - code: "{THEIRS}"
    name: Verzonnen
    sources: [{{name: by-hand, folder: {{directory: other, pattern: "PIB_*"}}, format: pib-wi2021, stable_after_seconds: 0}}]
"""
    )
    (place / "other").mkdir()
    for number in (61, 62):
        town.register_person(number, made_up_bsn(number))
    lines = [
        row("SS101", "10-01-2022", made_up_bsn(number), group=FAMILY, name="Verzonnen", v=f"17000000{number}")
        for number in (61, 62)
    ]
    town.offer("20220112", *lines)
    other = town.offer("20220113", *[line.replace(";0000;", ";0363;") for line in lines])
    other.rename(place / "other" / other.name)
    town.json("run", "--as-of", "2022-03-01", "--jobs", "1")
    return town
