"""The watch over what records facts finds a fact about a person that was committed without a line in the journal."""

from datetime import date
from pathlib import Path

from sqlalchemy import insert, update

from hervat.acting import Account
from hervat.journal import record
from hervat.register import Register
from hervat.register.models import Person, SignalRow
from tests.support.facts import facts_watched


def test_a_fact_without_a_line_in_the_journal_is_found(tmp_path: Path) -> None:
    register = Register(f"sqlite:///{tmp_path}/r.db")
    register.migrate()
    seen = update(SignalRow).values(last_seen=date(2022, 2, 27))
    with facts_watched() as unsaid:
        for action, found in ((None, 1), ("notice sent", 2), ("loaded", 2)):
            with register.session() as session:
                session.execute(seen)
                if action:
                    record(session, "0000", Account("made up"), action, "download 9", "made up", "run")
            assert unsaid == ["update signal"] * found
        with register.session() as session:
            session.execute(insert(Person).values(municipality="0000"))
    assert len(unsaid) == 2
