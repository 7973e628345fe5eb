"""The records query on PostgreSQL: the day as a date, one snapshot, nothing changed."""

from datetime import date
from pathlib import Path

import psycopg
import pytest

from hervat.delivery.layout import read_layout
from hervat.delivery.records import read_records
from hervat.delivery.source import SourceError, open_records
from hervat.settings import Municipality
from tests.support.delivery_world import made_up_bsns

BSNS = made_up_bsns(3)
DAY = date(2022, 3, 31)


def gemeente(url: str, query: str) -> Municipality:
    footprint = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "persoon"}
    system = {"name": "bron", "database": url, "footprint": footprint}
    cbs = {"reporter": "0000", "records": {"system": "bron", "query": query}}
    return Municipality.model_validate({"code": "0000", "name": "x", "systems": [system], "cbs": cbs})


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
        records = [dict(record.values) for record in read_records(source, layout)]
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
