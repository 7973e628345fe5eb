from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.delivery import deadline, ended_before, peildatum, quarter_for
from hervat.delivery.quarters import checked, quarter_of
from hervat.errors import UsageError


@pytest.mark.parametrize(
    ("quarter", "last", "due"),
    [
        ("2022Q1", date(2022, 3, 31), date(2022, 4, 28)),
        ("2022Q2", date(2022, 6, 30), date(2022, 7, 28)),
        ("2022Q4", date(2022, 12, 31), date(2023, 1, 28)),
    ],
)
def test_last_day_and_term_of_a_quarter(quarter: str, last: date, due: date) -> None:
    assert (peildatum(quarter), deadline(quarter)) == (last, due)


@pytest.mark.parametrize(
    ("day", "delivered", "quarter"),
    [
        (date(2022, 1, 5), set(), "2022Q1"),  # no Wi2021 before 2022Q1
        (date(2022, 4, 1), set(), "2022Q1"),
        (date(2022, 4, 28), set(), "2022Q1"),
        (date(2022, 4, 29), set(), "2022Q2"),  # its term has passed
        (date(2022, 4, 5), {"2022Q1"}, "2022Q2"),
        (date(2023, 1, 3), {"2022Q1"}, "2022Q4"),
    ],
)
def test_the_quarter_that_the_gate_is_about(day: date, delivered: set[str], quarter: str) -> None:
    assert quarter_for(day, delivered) == quarter


@given(st.dates(date(2022, 1, 1), date(2099, 12, 31)))
def test_a_day_falls_in_its_quarter(day: date) -> None:
    quarter = quarter_of(day)
    assert day <= peildatum(quarter) < day + timedelta(days=92)
    assert quarter_of(peildatum(quarter)) == checked(quarter) == quarter
    assert quarter_of(peildatum(ended_before(day)) + timedelta(days=1)) == quarter


@pytest.mark.parametrize("text", ["2021Q4", "2022Q5", "2022-Q1", "2022q1", "9999Q4", "", "2022Q1 "])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="2022Q1"):
        checked(text)
