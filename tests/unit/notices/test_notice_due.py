"""The state machine of notices: every cell of its table, and what must hold for every sequence of nights."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.notices.obligations import KINDS, Received, ToldBefore, due
from hervat.rules.settler import Verdict

DAY = date(2022, 3, 25)
GOT = Received(date(2022, 1, 10), date(2022, 3, 1))
AGAIN = Received(date(2022, 3, 26), date(2022, 3, 27))

CORRECTED = Verdict("corrected", "ss190", "Overig")
RESUMED = Verdict("corrected", "ss190", "Overig", "Wi2013", resumed=True)
RELEASED = Verdict("released", "seen_again", "Overig", "Wi2021")
UNDER_2013 = Verdict("released", "wi2013_resumed", "Overig", "Wi2013", resumed=True)
HELD = Verdict("parked", "not_seen_again", "Overig", "Wi2021", held=True)
PARKED_2013 = Verdict("parked", "wi2013_stopped", "Overig", "Wi2013")
ENDED = Verdict("ended", "ended", "Overig")
ENDED_TO_2013 = Verdict("ended", "ended", "Overig", "Wi2013", resumed=True)
NOTED = Verdict("noted", "no_restart", None)
ENDED_2013 = Verdict("noted", "wi2013_ended", None)
DISPUTED = Verdict("disputed", "two_laws", "Overig")
VERDICTS = [
    CORRECTED,
    RESUMED,
    RELEASED,
    UNDER_2013,
    HELD,
    PARKED_2013,
    ENDED,
    ENDED_TO_2013,
    NOTED,
    ENDED_2013,
    DISPUTED,
    None,
]
TOLD = [
    None, ("hold", None), ("correction", None), ("resume", "Wi2021"), ("resume", "Wi2013"), ("resume13", "Wi2013"),
    ("withdrawal_may", "Wi2021"), ("withdrawal_wait", None), ("ended", None), ("ended13", None),
]  # fmt: skip

_CORRECT, _WITHDRAW, _RESUME13 = "correction:correction", "withdrawal:withdrawal_may", "resume:resume13"
_RESUME, _BOTH, _END = "resume:resume", "correction:correction resume:resume13", "ended:ended"
_OVER, _END13 = "correction:correction ended:ended13", "ended:ended13"
_WAIT, _HOLD = "withdrawal:withdrawal_wait", "hold:hold"
TABLE = {
    # verdict: what follows on each of TOLD
    "corrected": (CORRECTED, [_CORRECT, _CORRECT, "", _CORRECT, _OVER, _END13, _CORRECT, _CORRECT, _CORRECT, ""]),
    "resumed": (RESUMED, [_BOTH, _BOTH, _RESUME13, _BOTH, _BOTH, "", _BOTH, _BOTH, _BOTH, _RESUME13]),
    "released": (RELEASED, ["", _RESUME, _WITHDRAW, "", _RESUME, _WITHDRAW, "", _RESUME, _RESUME, _WITHDRAW]),
    "under Wi2013": (UNDER_2013, ["", _RESUME, _WITHDRAW, _RESUME, "", _WITHDRAW, _RESUME, _RESUME, _RESUME, _WITHDRAW]),
    "held": (HELD, [_HOLD, "", _WAIT, _HOLD, _HOLD, _WAIT, _HOLD, "", _HOLD, _WAIT]),
    "ended": (ENDED, ["", _END, _END, _END, _END, _END, _END, _END, "", _END]),
    "ended, on to Wi2013": (ENDED_TO_2013, ["", _RESUME, _WITHDRAW, _RESUME, "", _WITHDRAW, _RESUME, _RESUME, _RESUME, _WITHDRAW]),
    "parked under Wi2013": (PARKED_2013, ["", "", "", _HOLD, _HOLD, "", _HOLD, "", "", ""]),
    "the Wi2013 ended": (ENDED_2013, ["", "", "", _END, _END, "", _END, "", "", ""]),
    "noted": (NOTED, [""] * 10),
    "disputed": (DISPUTED, [""] * 10),
    "unknown": (None, [""] * 10),
}  # fmt: skip


def last(told: tuple[str, str | None] | None) -> ToldBefore | None:
    return ToldBefore(told[0], DAY, GOT.until, told[1]) if told else None


def said(verdict, told, received=GOT) -> str:
    return " ".join(f"{item.kind}:{item.told}" for item in due(verdict, last(told), received))


@pytest.mark.parametrize("name", TABLE)
def test_each_cell_of_the_table(name):
    verdict, expected = TABLE[name]
    assert [said(verdict, told) for told in TOLD] == expected


@pytest.mark.parametrize(
    ("verdict", "told", "expected"),
    [
        (HELD, ("hold", None), "hold:hold"),
        (HELD, ("withdrawal_wait", None), "hold:hold"),
        (HELD, ("correction", None), "withdrawal:withdrawal_wait"),
        (CORRECTED, ("correction", None), "correction:correction"),
        (CORRECTED, ("resume13", "Wi2013"), "correction:correction ended:ended13"),
        (RESUMED, ("resume13", "Wi2013"), "correction:correction resume:resume13"),
        (RELEASED, ("hold", None), "resume:resume"),
        (RELEASED, ("resume", "Wi2021"), ""),
        (RELEASED, ("correction", None), "withdrawal:withdrawal_may"),
        (ENDED, ("ended", None), ""),
    ],
)
def test_a_party_that_received_the_data_anew_is_told_anew(verdict, told, expected):
    assert said(verdict, told, AGAIN) == expected


def test_a_notice_of_an_earlier_version_that_did_not_keep_the_law_is_told_once_more():
    assert said(RELEASED, ("resume", None)) == "resume:resume"
    assert said(RELEASED, ("withdrawal_may", None)) == "resume:resume"


@pytest.mark.parametrize("received", [Received(GOT.until, AGAIN.captured), Received(AGAIN.until, GOT.captured)])
def test_a_disclosure_that_was_not_known_when_told_counts_as_new(received):
    assert said(HELD, ("hold", None), received) == "hold:hold"


@pytest.mark.parametrize(("verdict", "law"), [(RELEASED, "Wi2021"), (UNDER_2013, "Wi2013")])
@pytest.mark.parametrize("told", ["hold", "correction"])
def test_it_says_under_which_law_service_goes_on(verdict, law, told):
    (item,) = due(verdict, last((told, None)), GOT)
    assert item.law == law
    assert item.may_resume


def test_a_withdrawal_to_someone_who_must_wait_says_so():
    (item,) = due(HELD, last(("correction", None)), GOT)
    assert item.law is None
    assert not item.may_resume


def believed(verdict: Verdict | None, told: ToldBefore | None) -> bool:
    """What the party believes, written a second time: does it fit the state?"""
    if verdict in (PARKED_2013, ENDED_2013):
        return told is None or told.told not in ("resume", "withdrawal_may")
    if verdict is None or verdict.state in ("noted", "disputed"):
        return True  # nothing is said
    if verdict.state == "corrected":
        return told is not None and told.told in (("resume13",) if verdict.resumed else ("correction", "ended13"))
    if told is None:
        return not verdict.held
    if verdict.held:
        return told.told in ("hold", "withdrawal_wait")
    if verdict.law is None:
        return told.told == "ended"
    return told.told in ("resume", "withdrawal_may") and told.law == verdict.law


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
            told = ToldBefore(item.told, day, got.until, item.law)
        assert believed(verdict, told)
        if items:
            assert due(verdict, told, got) == ()


@given(st.sampled_from(VERDICTS), st.sampled_from(TOLD))
def test_there_is_no_resume_beside_a_withdrawal(verdict, told):
    assert {item.kind for item in due(verdict, last(told), GOT)} != {"withdrawal", "resume"}
