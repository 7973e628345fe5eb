"""The two tables of the design, row by row, and settling against a naive second writing of its rules."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hervat.rounds import read_rounds
from hervat.settling import Decision, Settler, Signal
from hervat.signals import catalogue

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
    ("a later signal seen only before the restart", [SS190, obliged(ASYLUM, MARCH_16, MARCH_16)], [], MARCH_25, "corrected", False),
    ("an earlier signal seen again", [SS190, obliged(FAMILY, MARCH_16, JANUARY)], [], MARCH_16, "corrected", False),
    ("a later signal of another kind", [SS190, signal("SS127", MARCH_16, group=FAMILY)], [], MARCH_16, "corrected", False),
    ("a later Wi2013 obligation", [SS190, signal("SS101", MARCH_16, wet="Wi2013")], [], MAY_24, "corrected", False),
    ("the same date", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [], MARCH_1, "disputed", False),
    ("the same date, decided for Wi2021", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [Decision("Wi2021", MARCH_16)], MARCH_16, "released", True),
    ("the same date, decided for Wi2013", [SS190, obliged(FAMILY, MARCH_1, MARCH_1)], [Decision("Wi2013", MARCH_16)], MARCH_16, "corrected", False),
    ("opted in, not seen again", [obliged(ASYLUM, JANUARY), SS190], [Decision("Wi2021", MAY_24)], MAY_24, "parked", True),
    ("opted in, seen again", [obliged(ASYLUM, MARCH_25), SS190], [Decision("Wi2021", MAY_24)], MAY_24, "released", True),
    ("a decision contradicts a later SS190", [obliged(ASYLUM, MARCH_25), SS190, signal("SS190", date(2022, 5, 25))], [Decision("Wi2021", MAY_24)], date(2022, 5, 25), "disputed", False),
    ("a decision contradicts a later obligation", [SS190, obliged(FAMILY, date(2022, 6, 1), date(2022, 6, 1))], [Decision("Wi2013", MAY_24)], date(2022, 6, 1), "disputed", False),
    ("a later decision settles it", [SS190, obliged(FAMILY, date(2022, 6, 1), date(2022, 6, 1))], [Decision("Wi2013", MAY_24, 1), Decision("Wi2013", date(2022, 6, 2), 2)], date(2022, 6, 2), "corrected", False),
    ("a newer SS190 after being reinstated", [SS190, obliged(FAMILY, MARCH_16, MARCH_16), signal("SS190", MARCH_25)], [], MARCH_25, "corrected", False),
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


# --- a naive second writing of the design's table, sentence by sentence ---

RESTART = {"Gezinshereniger": MARCH_1, "Gezinsvormer": MARCH_1}
LAST = MARCH_25
OBLIGED = {"SS101", "SS128", "SS139"}
KNOWN_CODES = set(catalogue().signals)


def in_round(day):
    return date(2022, 1, 1) <= day <= date(2022, 5, 23)


def naive_group(signals):
    best, carried = None, None
    for s in signals:
        group = s.group
        if s.code == "SS124":
            group = s.group if s.group and s.group != ASYLUM else "Gezinsmigrant en overige migrant"
        if s.code == "SS125":
            group = ASYLUM
        rank = (s.date, s.code in ("SS124", "SS125"), s.last_seen, s.code, RESTART.get(s.group, LAST), s.group or "")
        if group and (best is None or rank > best):
            best, carried = rank, group
    return carried


def naive(signals, decisions, day):
    restart = RESTART.get(naive_group(signals), LAST)
    corrections = [
        s.date for s in signals if s.code == "SS190" and (max(s.date, MARCH_1) if in_round(s.date) else s.date) <= day
    ]
    putting_back = [s.date for s in signals if s.code in OBLIGED and s.wet == "Wi2021" and s.last_seen >= restart]
    last = sorted(decisions, key=lambda d: (d.date, d.number))[-1] if decisions else None
    reinstated = False
    if corrections:
        same = [d for d in corrections if d in putting_back and not (last and last.date >= d)]
        contradicted = last and any(d > last.date for d in (corrections if last.law == "Wi2021" else putting_back))
        if same or contradicted:
            return "disputed", False
        reinstated = last.law == "Wi2021" if last else any(d > max(corrections) for d in putting_back)
        if not reinstated:
            return "corrected", False
    meaningful = [s for s in signals if s.code in KNOWN_CODES]
    wi2021 = [s for s in meaningful if s.wet == "Wi2021"]
    wi2013 = [s for s in meaningful if s.wet == "Wi2013" and s.code in OBLIGED]
    if any(s.code != "SS190" and s.last_seen >= restart for s in wi2021) and restart <= day:
        return "released", reinstated
    if any(not in_round(s.date) and s.code in OBLIGED for s in wi2021):
        return "released", reinstated
    if any(not in_round(s.date) or day >= date(2022, 5, 23) for s in wi2013):
        return "released", reinstated
    if any(in_round(s.date) for s in wi2021) or wi2013 or (wi2021 and reinstated):
        return "parked", reinstated
    return "noted", reinstated


DAYS = st.dates(date(2021, 12, 20), date(2022, 6, 10))
SIGNALS = st.builds(
    lambda code, day, wet, group, later: Signal(code, day, wet, group, day + timedelta(days=later)),
    st.sampled_from(["SS101", "SS128", "SS139", "SS190", "SS120", "SS124", "SS125", "SS126", "SS102", "SS150"]),
    st.one_of(DAYS, st.sampled_from([MARCH_1, MARCH_16, MARCH_25])),
    st.sampled_from(["Wi2021", "Wi2021", "Wi2013", "Wi2007"]),
    st.sampled_from([None, FAMILY, ASYLUM, UNKNOWN, "Overig"]),
    st.integers(0, 90),
)
DECISIONS = st.builds(Decision, st.sampled_from(["Wi2013", "Wi2021"]), DAYS, st.integers(0, 9))


@settings(max_examples=1500)
@given(
    st.lists(SIGNALS, min_size=1, max_size=6),
    st.lists(DECISIONS, max_size=2, unique_by=lambda d: (d.date, d.number)),
    DAYS,
)
def test_settling_is_what_the_naive_writing_says(signals, decisions, day):
    verdict = SETTLER.settle(signals, decisions, day)
    assert (verdict.state, verdict.reinstated) == naive(signals, decisions, day)


@given(
    st.lists(SIGNALS, min_size=1, max_size=6, unique=True),
    st.lists(DECISIONS, max_size=2, unique_by=lambda d: (d.date, d.number)),
    DAYS,
    st.randoms(),
)
def test_the_order_of_loading_does_not_matter(signals, decisions, day, random):
    shuffled = list(signals)
    random.shuffle(shuffled)
    first, second = SETTLER.settle(signals, decisions, day), SETTLER.settle(shuffled, decisions, day)
    assert (first.state, first.reinstated) == (second.state, second.reinstated)
