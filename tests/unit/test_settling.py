"""The two tables of the design, row by row, and settling against a naive second writing of its rules."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hervat.rules.rounds import read_rounds
from hervat.rules.settler import DatedDecision, DatedOwnership, Settler, Signal
from hervat.rules.signals import catalogue
from tests.support.effort import examples
from tests.support.naive_law import ENDING, OBLIGED, OPENING, in_round, naive_owned

ROUNDS = read_rounds(["restart-2022.yaml"], Path("/nowhere"))
SETTLER = Settler(ROUNDS, catalogue())
FAMILY, ASYLUM, UNKNOWN = "Gezinshereniger", "Asielstatushouder", "Iets anders"
MARCH_1, MARCH_16, MARCH_25, MAY_24 = date(2022, 3, 1), date(2022, 3, 16), date(2022, 3, 25), date(2022, 5, 24)
JANUARY = date(2022, 1, 10)


def signal(code, day, seen=None, wet="Wi2021", group=None):
    return Signal(code, day, wet, group, seen or day)


def obliged(group, seen, day=JANUARY):
    return signal("SS101", day, seen, group=group)


SS190 = signal("SS190", MARCH_1)

# name, signals, decisions, day, state, reinstated
TABLE = [
    ("an SS190 counts", [obliged(FAMILY, JANUARY), SS190], [], MARCH_1, "corrected", False),
    ("an SS190 counts for any group", [obliged(ASYLUM, JANUARY), SS190], [], MARCH_1, "corrected", False),
    ("an SS190 alone", [SS190], [], MARCH_1, "corrected", False),
    ("before the corrections date it does not count", [signal("SS190", date(2022, 2, 1))], [], date(2022, 2, 28), "parked", False),
    ("it counts from the corrections date", [signal("SS190", date(2022, 2, 1))], [], MARCH_1, "corrected", False),
    ("it counts from its own date when that is later", [signal("SS190", MARCH_16)], [], date(2022, 3, 15), "parked", False),
    ("outside every round it counts from its date", [signal("SS190", date(2022, 6, 1))], [], date(2022, 6, 1), "corrected", False),
    ("family: seen since 1 March", [obliged(FAMILY, MARCH_1)], [], MARCH_1, "released", False),
    ("family: seen only before", [obliged(FAMILY, date(2022, 2, 28))], [], MAY_24, "parked", False),
    ("asylum: seen on 1 March, not since its own restart", [obliged(ASYLUM, MARCH_1)], [], MARCH_25, "parked", False),
    ("asylum: the date has not come", [obliged(ASYLUM, MARCH_25)], [], date(2022, 3, 24), "parked", False),
    ("asylum: seen since 25 March", [obliged(ASYLUM, MARCH_25)], [], MARCH_25, "released", False),
    ("an unknown group waits for the last date", [obliged(UNKNOWN, MARCH_1)], [], MARCH_16, "parked", False),
    ("an unknown group is released after it", [obliged(UNKNOWN, MARCH_25)], [], MARCH_25, "released", False),
    ("no group at all waits for the last date", [obliged(None, MARCH_1)], [], MARCH_1, "parked", False),
    ("any signal seen again releases", [obliged(FAMILY, JANUARY), signal("SS127", JANUARY, MARCH_1)], [], MARCH_1, "released", False),
    ("SS124 makes the group wait", [obliged(FAMILY, MARCH_1), signal("SS124", date(2022, 2, 1), MARCH_1)], [], MARCH_1, "parked", False),
    ("SS125 makes him an asylum holder", [obliged(FAMILY, MARCH_1), signal("SS125", date(2022, 2, 1), MARCH_1)], [], MARCH_16, "parked", False),
    ("Wi2013 before its restart", [signal("SS101", MARCH_16, wet="Wi2013")], [], date(2022, 5, 22), "parked", False),
    ("Wi2013 on its restart", [signal("SS101", MARCH_16, wet="Wi2013")], [], date(2022, 5, 23), "released", False),
    ("Wi2013, another signal", [signal("SS102", MARCH_16, wet="Wi2013")], [], MAY_24, "noted", False),
    ("Wi2007 is for reading", [signal("SS101", MARCH_16, wet="Wi2007")], [], MAY_24, "noted", False),
    ("an unknown code has no meaning", [signal("SS150", MARCH_16)], [], MAY_24, "noted", False),
    ("a new obligation outside every round", [signal("SS101", date(2021, 12, 1), wet="Wi2013")], [], MARCH_1, "released", False),
    ("after the round nothing is parked", [obliged(ASYLUM, date(2022, 6, 2), date(2022, 6, 1))], [], date(2022, 6, 2), "released", False),
    ("reinstated by a later signal", [SS190, obliged(FAMILY, MARCH_16, MARCH_16)], [], MARCH_16, "released", True),
    ("reinstated, but his group waits", [SS190, obliged(ASYLUM, MARCH_25, MARCH_16)], [], MARCH_16, "parked", True),
    ("a later signal seen only before the restart", [SS190, obliged(ASYLUM, MARCH_16, MARCH_16)], [], MARCH_25, "disputed", False),
    ("an earlier signal seen again", [SS190, obliged(FAMILY, MARCH_16, JANUARY)], [], MARCH_16, "disputed", False),
    ("an earlier signal in the SS190's own download", [SS190, obliged(FAMILY, MARCH_1, JANUARY)], [], MARCH_16, "corrected", False),
    ("an earlier signal seen again, decided for Wi2013", [SS190, obliged(FAMILY, MARCH_16, JANUARY)], [DatedDecision("Wi2013", MARCH_16)], MARCH_16, "corrected", False),
    ("a later signal of another kind", [SS190, signal("SS127", MARCH_16, group=FAMILY)], [], MARCH_16, "disputed", False),
    ("a later Wi2013 obligation", [SS190, signal("SS101", MARCH_16, wet="Wi2013")], [], MAY_24, "corrected", False),
    ("the same date", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [], MARCH_1, "disputed", False),
    ("the same date, decided for Wi2021", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [DatedDecision("Wi2021", MARCH_16)], MARCH_16, "released", True),
    ("the same date, decided for Wi2013", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [DatedDecision("Wi2013", MARCH_16)], MARCH_16, "corrected", False),
    ("opted in, not seen again", [obliged(ASYLUM, JANUARY), SS190], [DatedDecision("Wi2021", MAY_24)], MAY_24, "parked", True),
    ("opted in, seen again", [obliged(ASYLUM, MARCH_25), SS190], [DatedDecision("Wi2021", MAY_24)], MAY_24, "released", True),
    ("a decision contradicts a later SS190", [obliged(ASYLUM, MARCH_25), SS190, signal("SS190", date(2022, 5, 25))], [DatedDecision("Wi2021", MAY_24)], date(2022, 5, 25), "disputed", False),
    ("a decision contradicts a later obligation", [SS190, obliged(FAMILY, date(2022, 6, 1), date(2022, 6, 1))], [DatedDecision("Wi2013", MAY_24)], date(2022, 6, 1), "disputed", False),
    ("a later decision settles it", [SS190, obliged(FAMILY, date(2022, 6, 1), date(2022, 6, 1))], [DatedDecision("Wi2013", MAY_24, 1), DatedDecision("Wi2013", date(2022, 6, 2), 2)], date(2022, 6, 2), "corrected", False),
    ("a newer SS190 after being reinstated", [SS190, obliged(FAMILY, MARCH_16, MARCH_16), signal("SS190", MARCH_25)], [], MARCH_25, "corrected", False),
    ("it ended", [obliged(FAMILY, MARCH_1), signal("SS111", MARCH_16)], [], MARCH_16, "ended", False),
    *[(f"{code} ends it", [obliged(FAMILY, MARCH_1), signal(code, MARCH_16)], [], MARCH_16, "ended", False) for code in ENDING],
    *[(f"{code} opens it again", [obliged(FAMILY, MARCH_1), signal("SS122", MARCH_16), signal(code, MARCH_25)], [], MARCH_25, "released", False) for code in OPENING],
    ("of an end and an opening of one day the end rules", [obliged(FAMILY, MARCH_1), signal("SS122", MARCH_16), signal("SS120", MARCH_16)], [], MARCH_16, "ended", False),
    ("an SS190 goes before an end", [obliged(FAMILY, MARCH_1), SS190, signal("SS111", MARCH_1)], [], MARCH_1, "corrected", False),
    ("reinstated, then ended", [SS190, obliged(FAMILY, MARCH_16, MARCH_16), signal("SS111", MARCH_25)], [], MARCH_25, "ended", True),
    ("two laws", [obliged(FAMILY, MARCH_1), signal("SS101", date(2022, 5, 23), wet="Wi2013")], [], MAY_24, "disputed", False),
    ("two laws, the Wi2013 not resumed yet", [obliged(FAMILY, MARCH_1), signal("SS101", MARCH_16, wet="Wi2013")], [], MARCH_25, "released", False),
    ("two laws, the Wi2013 ended", [obliged(FAMILY, MARCH_1), signal("SS101", MARCH_16, wet="Wi2013"), signal("SS110", MARCH_25, wet="Wi2013")], [], MAY_24, "released", False),
    ("two laws, decided for Wi2021", [obliged(FAMILY, MARCH_1), signal("SS101", MARCH_16, wet="Wi2013")], [DatedDecision("Wi2021", MAY_24)], MAY_24, "released", False),
    ("two laws, decided for Wi2013", [obliged(FAMILY, MARCH_1), signal("SS101", MARCH_16, wet="Wi2013")], [DatedDecision("Wi2013", MAY_24)], MAY_24, "released", False),
    ("a decision of a later day is not known yet", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [DatedDecision("Wi2021", MARCH_25)], MARCH_16, "disputed", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "signals", "decisions", "day", "state", "reinstated"), TABLE, ids=[r[0] for r in TABLE]
)
def test_the_table_of_states(name, signals, decisions, day, state, reinstated):
    verdict = SETTLER.settle(signals, decisions, day)
    assert (verdict.state, verdict.reinstated) == (state, reinstated)


def test_flags():
    released = SETTLER.settle([obliged(UNKNOWN, MARCH_25)], [], MARCH_25)
    assert released.unknown_group
    waits = SETTLER.settle([obliged(FAMILY, JANUARY)], [], MARCH_1)
    assert waits.held and waits.reason == "not_seen_again"
    assert SETTLER.settle([obliged(ASYLUM, JANUARY)], [], MARCH_1).reason == "restart_to_come"
    assert not SETTLER.settle([signal("SS101", MARCH_16, wet="Wi2013")], [], MARCH_25).held
    resumed = SETTLER.settle([SS190, signal("SS101", date(2022, 5, 23), wet="Wi2013")], [], MAY_24)
    assert (resumed.state, resumed.resumed) == ("corrected", True)


def test_a_more_precise_group_in_a_group_change_goes_first():
    change = signal("SS124", date(2022, 2, 1), MARCH_1, group=FAMILY)
    assert SETTLER.settle([obliged(ASYLUM, MARCH_1), change], [], MARCH_1).group == FAMILY


LAWS = [
    ("released under the Wi2021", [obliged(FAMILY, MARCH_1)], [], MARCH_1, "Wi2021"),
    ("parked under the Wi2021", [obliged(ASYLUM, MARCH_1)], [], MARCH_1, "Wi2021"),
    ("parked under the Wi2013", [signal("SS101", MARCH_16, wet="Wi2013")], [], MARCH_25, "Wi2013"),
    ("resumed under the Wi2013", [signal("SS101", MARCH_16, wet="Wi2013")], [], MAY_24, "Wi2013"),
    ("corrected, and nobody knows more", [SS190], [], MARCH_1, None),
    ("corrected, and the Wi2013 resumed", [SS190, signal("SS101", MARCH_16, wet="Wi2013")], [], MAY_24, "Wi2013"),
    ("disputed", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [], MARCH_1, None),
    ("decided for the Wi2013", [obliged(FAMILY, MARCH_1), signal("SS101", MARCH_16, wet="Wi2013")], [DatedDecision("Wi2013", MAY_24)], MAY_24, "Wi2013"),
    ("opted in, though the Wi2013 resumed", [SS190, signal("SS101", MARCH_16, wet="Wi2013"), obliged(ASYLUM, MARCH_25)], [DatedDecision("Wi2021", MAY_24)], MAY_24, "Wi2021"),
    ("ended", [obliged(FAMILY, MARCH_1), signal("SS111", MARCH_16)], [], MARCH_16, None),
    ("ended, the Wi2013 came after it", [obliged(FAMILY, MARCH_1), signal("SS122", MARCH_16), signal("SS101", date(2022, 5, 23), wet="Wi2013")], [], MAY_24, "Wi2013"),
    ("noted, for reading", [signal("SS101", MARCH_16, wet="Wi2007")], [], MAY_24, "Wi2007"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "signals", "decisions", "day", "law"), LAWS, ids=[r[0] for r in LAWS])
def test_the_law_in_the_verdict(name, signals, decisions, day, law):
    assert SETTLER.settle(signals, decisions, day).law == law


CONTRADICTIONS = [
    ("same_day", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [], MARCH_1),
    ("decision_overtaken", [obliged(ASYLUM, MARCH_25), SS190, signal("SS190", date(2022, 5, 25))], [DatedDecision("Wi2021", MAY_24)], date(2022, 5, 25)),
    ("decision_overtaken", [signal("SS101", date(2022, 6, 1), wet="Wi2013"), obliged(FAMILY, MARCH_1)], [DatedDecision("Wi2021", MAY_24)], date(2022, 6, 1)),
    ("seen_after_correction", [SS190, obliged(FAMILY, MARCH_16, JANUARY)], [], MARCH_16),
    ("two_laws", [obliged(FAMILY, MARCH_1), signal("SS101", date(2022, 5, 23), wet="Wi2013")], [], MAY_24),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "signals", "decisions", "day"), CONTRADICTIONS)
def test_contradictions_have_a_reason_of_their_own(reason, signals, decisions, day):
    verdict = SETTLER.settle(signals, decisions, day)
    assert (verdict.state, verdict.reason, verdict.law) == ("disputed", reason, None)
    for law in ("Wi2021", "Wi2013"):
        assert (
            SETTLER.settle(signals, [*decisions, DatedDecision(law, date(2022, 6, 2), 9)], date(2022, 6, 2)).state
            != "disputed"
        )


def test_an_ss190_holds_others_against_its_first_download_not_its_last():
    again = Signal("SS190", MARCH_1, "Wi2021", None, last_seen=MARCH_25, first_seen=MARCH_1)
    assert SETTLER.settle([again, obliged(FAMILY, MARCH_16, JANUARY)], [], MARCH_25).reason == "seen_after_correction"


def test_who_is_not_seen_again_for_too_long_is_asked_about():
    verdict = SETTLER.settle([obliged(FAMILY, JANUARY)], [], MARCH_1)
    assert not SETTLER.is_overdue(verdict, date(2022, 3, 8))
    assert SETTLER.is_overdue(verdict, date(2022, 3, 9))
    assert not SETTLER.is_overdue(SETTLER.settle([obliged(ASYLUM, JANUARY)], [], date(2022, 3, 9)), date(2022, 3, 9))


# --- a second round ---

TWO = read_rounds(["restart-2022.yaml", "bulk-2023.yaml"], Path("/nowhere"))
IN_TWO = Settler(TWO, catalogue())
SEPTEMBER_5, SEPTEMBER_10, SEPTEMBER_20 = date(2023, 9, 5), date(2023, 9, 10), date(2023, 9, 20)


def test_a_round_before_its_restart_corrects_nobody():
    of_its_own = [signal("SS190", SEPTEMBER_5), obliged(FAMILY, SEPTEMBER_5, SEPTEMBER_5)]
    assert IN_TWO.settle(of_its_own[:1], [], SEPTEMBER_10).state == "parked"
    assert IN_TWO.settle(of_its_own[:1], [], SEPTEMBER_20).state == "corrected"
    lawful = [SS190, obliged(FAMILY, SEPTEMBER_5, SEPTEMBER_5)]
    assert IN_TWO.settle(lawful, [], SEPTEMBER_10).reason == "seen_after_correction"


def test_a_later_round_hides_nobody():
    assert IN_TWO.restart(FAMILY, SEPTEMBER_10) == MARCH_1
    assert IN_TWO.restart(FAMILY, SEPTEMBER_20) == SEPTEMBER_20
    assert IN_TWO.restart(FAMILY, JANUARY) == MARCH_1


# --- a naive second writing of the design's table (tests/support/naive_law.py) ---

PERIODS = (date(2021, 12, 20), date(2022, 6, 10)), (date(2023, 8, 20), date(2023, 10, 5))
DAYS = st.sampled_from([first + timedelta(n) for first, last in PERIODS for n in range((last - first).days + 1)])
SIGNALS = st.builds(
    lambda code, day, wet, group, first, later: Signal(
        code, day, wet, group, day + timedelta(days=first + later), day + timedelta(days=first)
    ),
    st.one_of(
        st.sampled_from(["SS101", "SS128", "SS139", "SS190", "SS190", "SS124", "SS125", "SS126", "SS102", "SS150"]),
        st.sampled_from(ENDING + OPENING),
    ),
    st.one_of(DAYS, st.sampled_from([MARCH_1, MARCH_16, MARCH_25, SEPTEMBER_5, SEPTEMBER_20])),
    st.sampled_from(["Wi2021", "Wi2021", "Wi2013", "Wi2007"]),
    st.sampled_from([None, FAMILY, ASYLUM, UNKNOWN, "Overig"]),
    st.integers(0, 30),
    st.integers(0, 90),
)
DECISIONS = st.builds(DatedDecision, st.sampled_from(["Wi2013", "Wi2021"]), DAYS, st.integers(0, 9))
OWNERSHIPS = st.none() | st.builds(DatedOwnership, st.booleans(), DAYS)
HISTORIES = (
    st.lists(SIGNALS, min_size=1, max_size=6, unique=True),
    st.lists(DECISIONS, max_size=2, unique_by=lambda d: (d.date, d.number)),
    DAYS,
)


@settings(max_examples=examples(1000))
@given(*HISTORIES, OWNERSHIPS)
def test_settling_is_what_the_naive_writing_says(signals, decisions, day, owned):
    verdict = IN_TWO.settle(signals, decisions, day, owned)
    state, why, law, reinstated = naive_owned(signals, decisions, day, owned)
    assert (verdict.state, verdict.reinstated) == (state, reinstated)
    assert why is None or verdict.reason == why
    assert law is ... or verdict.law == law


@given(*HISTORIES, st.randoms())
def test_the_order_of_loading_does_not_matter(signals, decisions, day, random):
    shuffled = list(signals)
    random.shuffle(shuffled)
    assert IN_TWO.settle(signals, decisions, day) == IN_TWO.settle(shuffled, decisions, day)


@settings(max_examples=examples(250))
@given(*HISTORIES)
def test_an_ss190_is_never_silently_without_effect(signals, decisions, day):
    """While one counts he is corrected or disputed, unless a later fact or a decision put him back."""
    verdict = IN_TWO.settle(signals, decisions, day)
    counting = [s for s in signals if s.code == "SS190" and s.date <= day and not in_round(s.date)]
    if counting and not verdict.reinstated:
        assert verdict.state in ("corrected", "disputed")
    if verdict.reinstated:
        newest = max(s.date for s in signals if s.code == "SS190" and s.date <= day)
        later = [s for s in signals if s.code in OBLIGED and s.wet == "Wi2021" and s.date > newest]
        assert later or any(d.law == "Wi2021" and d.date <= day for d in decisions)


def test_a_settler_asked_again_sees_a_changed_fact_and_a_passed_day():
    settler = Settler(ROUNDS, catalogue())
    before, seen = [obliged(FAMILY, JANUARY)], [obliged(FAMILY, MARCH_16)]
    histories = [
        (before, [], MARCH_16, None), (before, [], MARCH_16, None), (seen, [], MARCH_16, None), (seen, [], JANUARY, None),
        ([*before, SS190], [], MARCH_16, None), ([*before, SS190], [DatedDecision("Wi2021", MARCH_16)], MARCH_16, None),
        (before, [], MARCH_16, DatedOwnership(False, MARCH_16)),
    ]  # fmt: skip
    verdicts = [settler.settle(*history) for history in histories]
    assert verdicts == [Settler(ROUNDS, catalogue()).settle(*history) for history in histories]
    assert len(set(verdicts)) == 6
