"""The persons of one gemeente in a register with many: what is read of them grows with that gemeente alone."""

from datetime import date

import pytest
from sqlalchemy import text

from hervat.register import Register
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Settler
from hervat.rules.signals import catalogue
from hervat.settling import read_people

_PERSONS = text("insert into person (municipality) select :code from generate_series(1, :count)")
_SIGNALS = text(
    "insert into signal (municipality, person_id, code, date, wet, gemeentecode, doelgroep, first_seen, last_seen, may_be_ignored)"
    " select p.municipality, p.id, 'SS101', date '2022-01-01' + n, 'Wi2021', p.municipality, 'Overig',"
    " date '2022-01-10', date '2022-01-10', false from person p, generate_series(1, 10) n"
)
_READ = text("select seq_tup_read from pg_stat_xact_user_tables where relname = 'signal'")


@pytest.fixture
def register(postgres_url: str):
    made = Register(postgres_url)
    made.migrate()
    with made.session() as session:
        for code, count in (("0001", 20_000), ("0002", 20)):
            session.execute(_PERSONS, {"code": code, "count": count})
        session.execute(_SIGNALS)
    yield made
    made.close()


def test_the_signals_of_another_gemeente_are_not_read(register: Register, tmp_path) -> None:
    settler = Settler(read_rounds(["restart-2022.yaml"], tmp_path), catalogue())
    with register.session() as session:  # no statistics were made: nothing was analyzed yet
        people = read_people(session, "0002", settler, date(2022, 4, 1))
        assert len(people.verdicts) == 20
        assert session.scalar(_READ) == 0
