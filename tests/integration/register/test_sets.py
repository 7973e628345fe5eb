"""Sets of rows and of values go to the register's database and back at once, on SQLite and PostgreSQL alike."""

from datetime import date

import polars as pl
import pytest
from sqlalchemy import delete, select

from hervat.errors import HervatError
from hervat.register import Register
from hervat.register import bulk as bulks
from hervat.register.bulk import Bulk
from hervat.register.conditions import among
from hervat.register.models import Personalia, SignalRow

DAYS = [date(1899, 12, 31), date(2000, 1, 1), date(9999, 12, 31)]
TEXTS = [
    "Gezinshereniger",
    "",
    None,
    "é",
    'a"b,c\n',
    "\\N",
    "\\.",
    "\n\\.\n",
    "0",
    "null",
    "'; --",
    "a\\b",
    "%s",
    "{x}",
    "€ 漢字",
]
KINDS = {"id": pl.Int64, "person_id": pl.Int64, "code": pl.String, "date": pl.Date, "doelgroep": pl.String, "kennisgeving": pl.Date}  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request, tmp_path):
    url = f"sqlite:///{tmp_path}/r.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    register = Register(url)
    register.migrate()
    yield register
    register.close()


def signals(count):
    at = range(count)
    return pl.DataFrame(
        {
            "id": at, "municipality": "0000", "person_id": at, "code": [f"SS{one % 7}" for one in at],
            "date": [DAYS[one % 3] for one in at], "wet": "Wi2021", "gemeentecode": "0000",
            "doelgroep": [TEXTS[one % len(TEXTS)] for one in at],
            "kennisgeving": [[None, *DAYS][one % 4] for one in at], "first_seen": DAYS[1], "last_seen": DAYS[1],
            "may_be_ignored": False,
        }
    )  # fmt: skip


def test_what_is_read_in_columns_is_what_was_put_in(register, monkeypatch):
    monkeypatch.setattr(bulks, "_MANY", 50)
    with register.session() as session, Bulk(session) as bulk:
        bulk.insert(SignalRow, signals(180))
        wanted = select(*(getattr(SignalRow, name) for name in KINDS)).order_by(SignalRow.id)
        read = bulk.read(wanted, KINDS)
        assert read.schema == KINDS
        assert read.rows() == signals(180).select(*KINDS).rows()
        assert bulk.read(wanted.where(SignalRow.id < 0), KINDS).rows() == []
        bulk.add(SignalRow(**signals(181).row(-1, named=True)))
        assert bulk.read(wanted, KINDS).rows() == signals(181).select(*KINDS).rows()


def test_a_query_that_fails_says_nothing_of_its_values(register):
    with pytest.raises(HervatError) as failed, register.session() as session, Bulk(session) as bulk:
        bulk.read(select(SignalRow.id / (SignalRow.person_id.op("no such")("4711"))), {"id": pl.Int64})
    assert "4711" not in str(failed.value)


def test_what_is_of_another_kind_than_asked_for_is_an_error_that_does_not_say_it(register):
    with pytest.raises(HervatError) as failed, register.session() as session, Bulk(session) as bulk:
        bulk.insert(SignalRow, signals(10))
        bulk.read(select(SignalRow.id, SignalRow.doelgroep), {"id": pl.Int64, "doelgroep": pl.Int64})
    assert "Gezinshereniger" not in str(failed.value)


@pytest.mark.parametrize("many", [0, 1, 3, 100_000])
def test_a_number_is_among_as_many_as_you_like(register, many):
    with register.session() as session, Bulk(session) as bulk:
        bulk.insert(SignalRow, signals(10))
        found = session.scalars(select(SignalRow.id).where(among(SignalRow.id, range(2, 2 + many)))).all()
        others = session.scalars(select(SignalRow.id).where(~among(SignalRow.id, range(2, 2 + many)))).all()
    assert sorted(found) == [one for one in range(2, 2 + many) if one < 10]
    assert sorted([*found, *others]) == list(range(10))


def test_a_text_is_among_texts_however_odd(register):
    with register.session() as session, Bulk(session) as bulk:
        bulk.insert(SignalRow, signals(len(TEXTS)))
        for text in TEXTS:
            found = session.scalars(select(SignalRow.doelgroep).where(among(SignalRow.doelgroep, {text, "no"}))).all()
            assert found == ([] if text is None else [text])  # a null is among nothing


def test_what_is_among_can_be_deleted(register):
    with register.session() as session, Bulk(session) as bulk:
        bulk.insert(Personalia, pl.DataFrame({"person_id": [1, 2, 3], "sealed": b"x", "said_on": DAYS[1]}))
        session.execute(delete(Personalia).where(among(Personalia.person_id, [1, 3, 4])))
        assert session.scalars(select(Personalia.person_id)).all() == [2]
