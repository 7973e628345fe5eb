"""What a person types goes through one gate, and the journal is the last guard behind it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hervat import journal
from hervat.acting import Account
from hervat.attribution import Signed, named, one_line, signed
from hervat.errors import UsageError
from hervat.register import Register
from hervat.register.models import JournalLine
from tests.support.town import made_up_bsn

BSN = made_up_bsn(1)


@pytest.mark.parametrize("spelled", [BSN, f"{BSN[:4]}.{BSN[4:6]}.{BSN[6:]}", f"bsn: {BSN[:3]} {BSN[3:6]} {BSN[6:]}"])
def test_a_bsn_is_refused_in_any_spelling_and_not_repeated(spelled: str) -> None:
    for make in (
        lambda: named(f"A. {spelled}"),
        lambda: signed("A. Jansen", f"zie {spelled}"),
        lambda: Signed(spelled),
    ):
        with pytest.raises(UsageError) as caught:
            make()
        assert BSN not in "".join(filter(str.isdigit, str(caught.value)))


def test_a_name_is_asked_for_and_a_reason_where_it_is_due() -> None:
    assert named("  A.\n Jansen ") == Signed("A. Jansen")
    assert signed("A. Jansen", "op 01-02-2022\tgebeld") == Signed("A. Jansen", "op 01-02-2022 gebeld")
    for make in (lambda: named(" "), lambda: signed("", "waarom"), lambda: signed("A. Jansen", " \n")):
        with pytest.raises(UsageError, match="--by|--reason"):
            make()
    with pytest.raises(UsageError, match="longer than 500"):
        one_line("lang " * 101, "the reason")


@pytest.fixture
def register(tmp_path):
    register = Register(f"sqlite:///{tmp_path}/register.db")
    register.migrate()
    return register


def lines(register: Register) -> list[str]:
    with register.session() as session:
        return list(session.scalars(select(JournalLine.result)))


@pytest.mark.parametrize("at", ["actor", "thing", "result"])
def test_the_journal_takes_no_bsn_from_anywhere(register: Register, at: str) -> None:
    words = {"actor": "svc", "thing": "plan 1", "result": "ok"} | {at: f"met {BSN} erin"}
    with pytest.raises(journal.JournalError, match="a BSN would be written"), register.session() as session:
        journal.record(session, "0000", Account(words["actor"]), "tried", words["thing"], words["result"], "run")
    assert lines(register) == []


@given(st.binary(min_size=6, max_size=32), st.integers(1, 10**8), st.dates(date(2000, 1, 1)))
def test_the_journal_takes_digests_counts_days_and_numbers_of_notices(digest: bytes, count: int, day: date) -> None:
    words = (
        f"plan {digest.hex()} {day} 0000-{day:%Y%m%d}-0001 0000-{day:%Y%m%d}-1 PIB_Wi2021_0000_{day:%Y%m%d}_010203.csv"
    )
    assert not journal.holds_bsn(f"{words}, {count} rows")
