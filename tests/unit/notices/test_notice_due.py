"""The state machine of notices: every cell of its table, and what must hold for every sequence of nights."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.notices.due import KINDS, Received, Told, due
from hervat.settling import Verdict

DAY = date(2022, 3, 25)
GOT = Received(date(2022, 1, 10), date(2022, 3, 1))
AGAIN = Received(date(2022, 3, 26), date(2022, 3, 27))

CORRECTED = Verdict("corrected", "ss190", "Overig")
RESUMED = Verdict("corrected", "ss190", "Overig", resumed=True)
RELEASED = Verdict("released", "seen_again", "Overig")
UNDER_2013 = Verdict("released", "wi2013_resumed", "Overig", resumed=True)
HELD = Verdict("parked", "not_seen_again", "Overig", held=True)
PARKED_2013 = Verdict("parked", "wi2013_stopped", "Overig")
NOTED = Verdict("noted", "no_restart", None)
DISPUTED = Verdict("disputed", "ss190", "Overig")
VERDICTS = [CORRECTED, RESUMED, RELEASED, UNDER_2013, HELD, PARKED_2013, NOTED, DISPUTED, None]
TOLD = [None, "hold", "correction", "resume", "resume13", "withdrawal_may", "withdrawal_wait"]

_CORRECT, _WITHDRAW = "correction:correction", "withdrawal:withdrawal_may"
TABLE = {
    # verdict: what follows on each of TOLD
    "corrected": (CORRECTED, [_CORRECT, _CORRECT, "", _CORRECT, "", _CORRECT, _CORRECT]),
    "resumed": (
        RESUMED,
        [
            f"{_CORRECT} resume:resume13", f"{_CORRECT} resume:resume13", "resume:resume13",
            f"{_CORRECT} resume:resume13", "", f"{_CORRECT} resume:resume13", f"{_CORRECT} resume:resume13",
        ],
    ),
    "released": (RELEASED, ["", "resume:resume", _WITHDRAW, "", _WITHDRAW, "", "resume:resume"]),
    "held": (
        HELD,
        ["hold:hold", "", "withdrawal:withdrawal_wait", "hold:hold", "withdrawal:withdrawal_wait", "hold:hold", ""],
    ),
    "parked under Wi2013": (PARKED_2013, [""] * 7),
    "noted": (NOTED, [""] * 7),
    "disputed": (DISPUTED, [""] * 7),
    "unknown": (None, [""] * 7),
}  # fmt: skip


def last(told: str | None) -> Told | None:
    return Told(told, DAY, GOT.until) if told else None


def said(verdict, told, received=GOT) -> str:
    return " ".join(f"{item.kind}:{item.told}" for item in due(verdict, last(told), received))


@pytest.mark.parametrize("name", TABLE)
def test_each_cell_of_the_table(name):
    verdict, expected = TABLE[name]
    assert [said(verdict, told) for told in TOLD] == expected


@pytest.mark.parametrize(
    ("verdict", "told", "expected"),
    [
        (HELD, "hold", "hold:hold"),
        (HELD, "withdrawal_wait", "hold:hold"),
        (HELD, "correction", "withdrawal:withdrawal_wait"),
        (CORRECTED, "correction", "correction:correction"),
        (CORRECTED, "resume13", "correction:correction"),
        (RESUMED, "resume13", "correction:correction resume:resume13"),
        (RELEASED, "hold", "resume:resume"),
        (RELEASED, "resume", ""),
        (RELEASED, "correction", "withdrawal:withdrawal_may"),
    ],
)
def test_a_party_that_received_the_data_anew_is_told_anew(verdict, told, expected):
    assert said(verdict, told, AGAIN) == expected


@pytest.mark.parametrize("received", [Received(GOT.until, AGAIN.captured), Received(AGAIN.until, GOT.captured)])
def test_a_disclosure_that_was_not_known_when_told_counts_as_new(received):
    assert said(HELD, "hold", received) == "hold:hold"


@pytest.mark.parametrize(("verdict", "law"), [(RELEASED, "Wi2021"), (UNDER_2013, "Wi2013")])
@pytest.mark.parametrize("told", ["hold", "correction"])
def test_it_says_under_which_law_service_goes_on(verdict, law, told):
    (item,) = due(verdict, last(told), GOT)
    assert item.law == law
    assert item.may_resume


def test_a_withdrawal_to_someone_who_must_wait_says_so():
    (item,) = due(HELD, last("correction"), GOT)
    assert item.law is None
    assert not item.may_resume


def believed(verdict: Verdict | None, told: str | None) -> bool:
    """What the party believes, written a second time: does it fit the state?"""
    if verdict is None or verdict.state in ("noted", "disputed") or verdict is PARKED_2013:
        return True  # nothing is said
    if verdict.state == "corrected":
        return told == ("resume13" if verdict.resumed else told) and told in ("correction", "resume13")
    return told in (("hold", "withdrawal_wait") if verdict.held else (None, "resume", "withdrawal_may"))


NIGHTS = st.lists(st.tuples(st.sampled_from(VERDICTS), st.booleans()), min_size=1, max_size=8)


@given(NIGHTS)
def test_every_sequence_ends_with_a_party_that_believes_what_is_true_and_a_rerun_sends_nothing(nights):
    told, day, got = None, date(2022, 3, 1), GOT
    for verdict, received_again in nights:
        day += timedelta(days=1)
        got = Received(day, day) if received_again else got
        items = due(verdict, told, got)
        assert [KINDS.index(item.kind) for item in items] == sorted({KINDS.index(item.kind) for item in items})
        for item in items:
            told = Told(item.told, day, got.until)
        assert believed(verdict, told.told if told else None)
        if items:
            assert due(verdict, told, got) == ()


@given(st.sampled_from(VERDICTS), st.sampled_from(TOLD))
def test_there_is_no_resume_beside_a_withdrawal(verdict, told):
    assert {item.kind for item in due(verdict, last(told), GOT)} != {"withdrawal", "resume"}
