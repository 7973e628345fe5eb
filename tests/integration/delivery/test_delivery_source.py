"""The records query on PostgreSQL and MariaDB: the day as a date, one snapshot, nothing changed."""

from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from hervat.databases.query import QueryError, read_rows
from hervat.delivery.records.layout import read_layout
from hervat.delivery.records.records import Part, read_parts
from hervat.delivery.records.source import SourceError, open_records
from hervat.settings import Municipality
from tests.support.delivery_world import made_up_bsns
from tests.support.proxy import Silent

BSNS = made_up_bsns(3)
DAY = date(2022, 3, 31)


def gemeente(url: str, query: str) -> Municipality:
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "persoon"}
    system = {"name": "bron", "database": url, "footprint": footprint}
    cbs = {"reporter": "0000", "records": {"system": "bron", "query": query}}
    return Municipality.model_validate({"code": "0000", "name": "x", "systems": [system], "cbs": cbs})


def told(part: Part) -> list[dict[str, str]]:
    """Return the records of a part, each as kenmerk -> text."""
    rows = zip(*part.texts.values(), strict=True)
    return [{name: text for name, text in zip(part.texts, row, strict=True) if text is not None} for row in rows]


@pytest.fixture
def plain(postgres_url: str) -> str:
    """The address as psycopg writes it, of a database with three persons."""
    address = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(address) as connection:
        connection.execute(
            'create table persoon (bsn char(12), "Leerroute" char(4), datum_pip timestamp, uren numeric)'
        )
        for bsn, day in zip(reversed(BSNS), ("2022-03-31", "2022-04-01", "2022-01-01"), strict=True):
            connection.execute("insert into persoon values (%s, 'B', %s, 12.00)", (bsn, day))
    return address


QUERY = """select bsn, "Leerroute", datum_pip, uren as uren_taal from persoon  -- everybody
where datum_pip <= cast(:peildatum as date) order by datum_pip desc;"""


def test_typed_values_are_written_and_sorted(plain: str, tmp_path: Path) -> None:
    one = gemeente(plain, QUERY)
    layout = read_layout("swi-provisional.yaml", tmp_path)
    with open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        records = [record for part in read_parts(source, layout) for record in told(part)]
    assert [record["bsn"] for record in records] == [BSNS[0], BSNS[2]]
    assert records[1] == {"bsn": BSNS[2], "datum_pip": "2022-03-31", "leerroute": "B", "uren_taal": "12"}


def test_two_reads_tell_the_same_while_others_write(plain: str) -> None:
    one = gemeente(plain, QUERY)
    with open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        before = list(source.rows())
        with psycopg.connect(plain) as connection:
            connection.execute("delete from persoon")
        assert list(source.rows()) == before


def test_it_can_not_write(plain: str) -> None:
    one = gemeente(plain, "with gone as (delete from persoon returning bsn) select bsn from gone")
    with pytest.raises(SourceError, match="bron"), open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        list(source.rows())
    with psycopg.connect(plain) as connection:
        assert connection.execute("select count(*) from persoon").fetchone() == (3,)


def test_a_value_in_the_drivers_error_does_not_get_out(plain: str) -> None:
    one = gemeente(plain, "select bsn, cast(bsn as date) as datum_pip from persoon")
    with pytest.raises(SourceError) as caught, open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        list(source.rows())
    assert BSNS[0] not in str(caught.value) and caught.value.__cause__ is None


@pytest.fixture
def server_url(mariadb_url: str) -> str:
    """The address of a database on MariaDB with three persons."""
    engine = create_engine(mariadb_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table persoon (bsn char(12), Leerroute char(4), datum_pip datetime, uren decimal)"
        )
        for bsn, day in zip(reversed(BSNS), ("2022-03-31", "2022-04-01", "2022-01-01"), strict=True):
            connection.exec_driver_sql("insert into persoon values (%s, 'B', %s, 12)", (bsn, day))
    return mariadb_url


ON_MARIADB = "select bsn, Leerroute, datum_pip, uren as uren_taal from persoon where datum_pip <= :peildatum"


def test_mariadb_is_read_typed_sorted_and_twice_the_same(server_url: str, tmp_path: Path) -> None:
    one = gemeente(server_url, ON_MARIADB)
    layout = read_layout("swi-provisional.yaml", tmp_path)
    with open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        records = [record for part in read_parts(source, layout) for record in told(part)]
        before = list(source.rows())
        with create_engine(server_url, poolclass=NullPool).begin() as connection:
            connection.exec_driver_sql("delete from persoon")
        assert list(source.rows()) == before
        assert sorted(source.bsns()) == [BSNS[0], BSNS[2]]
    assert [record["bsn"] for record in records] == [BSNS[0], BSNS[2]]
    assert records[1] == {"bsn": BSNS[2], "datum_pip": "2022-03-31", "leerroute": "B", "uren_taal": "12"}


def test_mariadb_is_not_written_to(server_url: str) -> None:
    with create_engine(server_url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(
            "create function wis() returns int modifies sql data begin delete from persoon; return 1; end"
        )
    one = gemeente(server_url, "select bsn, wis() as gewist from persoon")
    with pytest.raises(SourceError, match="bron"), open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        list(source.rows())
    system = one.systems[0]
    with pytest.raises(QueryError, match="bron"):
        list(read_rows(system, "select wis() as bsn", ["bsn"]))
    assert [len(rows) for rows in read_rows(system, "select bsn from persoon", ["bsn"])] == [3]


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hervat.databases.mariadb.connection.CONNECT_SECONDS", 1)
    with Silent() as silent:
        one = gemeente(f"mariadb+pymysql://x:y@{silent.host}:{silent.port}/x", "select 1 as bsn")
        with pytest.raises(SourceError, match="bron"), open_records(one, one.cbs, DAY):  # type: ignore[arg-type]
            pass


def test_a_lock_on_a_table_is_not_waited_for_for_ever(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hervat.databases.mariadb.connection.LOCK_SECONDS", 1)
    one = gemeente(server_url, ON_MARIADB)
    with create_engine(server_url, poolclass=NullPool).connect() as other:
        other.exec_driver_sql("lock tables persoon write")
        with pytest.raises(SourceError, match="bron"), open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
            list(source.rows())


def test_a_long_statement_on_mariadb_is_no_silence(server_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hervat.databases.mariadb.connection.CONNECT_SECONDS", 1)
    one = gemeente(server_url, "select bsn, sleep(1) as s from persoon")
    with open_records(one, one.cbs, DAY) as source:  # type: ignore[arg-type]
        assert len(list(source.rows())) == 3
