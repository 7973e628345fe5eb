"""On what ground a person's state rests: DUO's signals, his own choice, or the gemeente's finding. All made up."""

from datetime import date
from pathlib import Path

import pytest

from hervat.notices.grounds import Group, by_ground, by_law, ground_of, groups_of
from hervat.notices.obligations import Obligation, ToldBefore
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import DatedDecision, Settler, Signal
from hervat.rules.signals import catalogue
from hervat.settling.people import People

SETTLER = Settler(read_rounds(["restart-2022.yaml"], Path("/nowhere")), catalogue())
JANUARY, MARCH_1, MARCH_25, MAY_24 = date(2022, 1, 10), date(2022, 3, 1), date(2022, 3, 25), date(2022, 5, 24)
JUNE = date(2022, 6, 10)


def signal(code, day, seen=None):
    return Signal(code, day, "Wi2021", "Asielstatushouder", seen or day)


OLD, SS190, BACK = signal("SS101", JANUARY), signal("SS190", MARCH_1), signal("SS101", date(2022, 3, 20), MARCH_25)
SAME_DAY = signal("SS101", MARCH_1, MARCH_25)


@pytest.mark.parametrize(
    ("name", "signals", "decisions", "ground"),
    [
        ("an SS190 alone", [OLD, SS190], [], "duo"),
        ("a new obligation after it", [OLD, SS190, BACK], [], "duo"),
        ("seen again", [signal("SS101", JANUARY, MARCH_25)], [], "duo"),
        ("he chose the Wi2021", [OLD, SS190], [DatedDecision("Wi2021", MAY_24)], "choice"),
        ("he chose what DUO says already", [OLD, SS190], [DatedDecision("Wi2013", MAY_24)], "duo"),
        ("he chose the Wi2013 after DUO put him back", [OLD, SS190, BACK], [DatedDecision("Wi2013", MAY_24)], "choice"),
        ("a dispute was decided", [OLD, SS190, SAME_DAY], [DatedDecision("Wi2021", MARCH_25)], "finding"),
        ("a dispute was decided the other way", [OLD, SS190, SAME_DAY], [DatedDecision("Wi2013", MARCH_25)], "finding"),
        ("a choice that was said twice", [OLD, SS190], [DatedDecision("Wi2021", MAY_24, 1), DatedDecision("Wi2021", JUNE, 2)], "choice"),
        ("a choice after a dispute", [OLD, SS190, SAME_DAY], [DatedDecision("Wi2013", MARCH_25, 1), DatedDecision("Wi2021", MAY_24, 2)], "choice"),
        ("back to what DUO says", [OLD, SS190], [DatedDecision("Wi2021", MAY_24, 1), DatedDecision("Wi2013", JUNE, 2)], "duo"),
        ("a choice of a day to come", [OLD, SS190], [DatedDecision("Wi2021", date(2022, 7, 1))], "duo"),
    ],
)  # fmt: skip
def test_a_state_rests_on(name, signals, decisions, ground):
    assert ground_of(SETTLER, signals, decisions, date(2022, 6, 30)) == ground


def people(**owner):
    return People(MARCH_25, {}, owner)


RESUME, MAY, WAIT = (
    Obligation("resume", "resume", "Wi2021"),
    Obligation("withdrawal", "withdrawal_may", "Wi2021"),
    Obligation("withdrawal", "withdrawal_wait"),
)


def test_each_person_stands_in_one_group_whatever_the_order():
    known = people(a=1, b=2, c=2, d=3)
    items, grounds = {"d": WAIT, "c": MAY, "b": MAY, "a": MAY}, {"b": "choice", "c": "choice"}
    found = groups_of(items, known, grounds, {})
    assert found == (
        Group("duo", None, False, 1),
        Group("duo", "Wi2021", False, 1),
        Group("choice", "Wi2021", False, 1),
    )
    assert found == groups_of(dict(sorted(items.items())), known, grounds, {})
    assert by_law(found) == [("Wi2021", 2), (None, 1)]
    assert by_ground(found, "Wi2021") == [("duo", "Wi2021", 2), ("choice", "Wi2021", 1)]


def test_one_whom_the_register_does_not_know_is_one_person():
    assert groups_of({"x": WAIT, "y": WAIT}, people(), {"x": "not_ours"}, {}) == (
        Group("duo", None, False, 1), Group("not_ours", None, False, 1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "item", "replaces"),
    [
        (None, RESUME, False), ("hold", RESUME, False), ("withdrawal_wait", RESUME, False), ("resume", RESUME, True),
        ("withdrawal_may", RESUME, True), ("ended", RESUME, True), ("resume", MAY, False),
        ("resume", Obligation("resume", "resume13", "Wi2013"), True), ("resume13", Obligation("resume", "resume13", "Wi2013"), False),
        ("correction", Obligation("resume", "resume13", "Wi2013"), False),
    ],
)  # fmt: skip
def test_a_resume_after_another_word_of_service_takes_its_place(told, item, replaces):
    last = {"a": ToldBefore(told, MARCH_1, None)} if told else {}
    (group,) = groups_of({"a": item}, people(a=1), {}, last)
    assert group.replaces is replaces
