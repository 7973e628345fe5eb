"""What a caseworker has to do for a person: tasks, their last day, their place on the list. A table of cases."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from hervat.answers import FormAnswer
from hervat.report.work import STRANGERS, Situation, order, rest, work
from hervat.rules.rounds import read_rounds
from hervat.rules.settler import Verdict

ROUNDS = read_rounds(["restart-2022.yaml"], Path())
TALK, LETTER, NOTICE, HELP = (
    "Bespreek de situatie",
    "Vraag: kwam er een brief",
    "Vraag: kwam er een kennisgeving",
    "Vraag: is er hulp",
)
CHOICE, DECIDE, LOOK, SEARCH = "Bespreek de keuze", "Beslis welke wet", "Het BSN is niet bekend", "Zoek uit of deze"
CORRECTED = Verdict("corrected", "ss190", None)
DAY, DEADLINE, JANUARY = date(2022, 4, 1), date(2022, 4, 28), date(2022, 1, 12)
OPEN, LAST = date(2022, 5, 24), date(2022, 7, 19)
ALL = FormAnswer("ontvangen", "geen", DAY, "nee")


def texts(of, day=DAY):
    return [one.text for one in work(of, ROUNDS, day, DEADLINE)]


@pytest.mark.parametrize(
    "verdict",
    [
        CORRECTED,
        Verdict("disputed", "ss190", None),
        Verdict("released", "seen_again", None, reinstated=True),
        Verdict("parked", "not_seen_again", None, reinstated=True),
    ],
)
def test_a_conversation_is_a_task_until_it_is_held(verdict):
    assert any(one.startswith(TALK) for one in texts(Situation(verdict)))
    assert not any(one.startswith(TALK) for one in texts(Situation(verdict, answer=FormAnswer(spoken=DAY))))


@pytest.mark.parametrize(
    ("state", "reason"), [("released", "seen_again"), ("parked", "restart_to_come"), ("noted", "no_restart")]
)
def test_with_who_was_not_wrongly_registered_there_is_nothing_to_talk_about(state, reason):
    of = Situation(Verdict(state, reason, None))
    assert texts(of) == [] and rest(of)


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        (FormAnswer(), {TALK, LETTER, NOTICE, HELP}),
        (FormAnswer(letter="weet niet"), {TALK, NOTICE, HELP}),
        (FormAnswer(notification="geen"), {TALK, LETTER, HELP}),
        (FormAnswer(notification=JANUARY), {TALK, LETTER, HELP}),
        (FormAnswer(help="nee"), {TALK, LETTER, NOTICE}),
        (FormAnswer(remark="x"), {TALK, LETTER, NOTICE, HELP}),
        (ALL, set()),
    ],
)
def test_a_question_is_asked_until_it_is_answered(answer, asked):
    found = texts(Situation(CORRECTED, answer=answer))
    assert len(found) == len(asked) and all(text.startswith(tuple(asked)) for text in found)


def test_a_kennisgeving_that_was_recorded_otherwise_is_not_asked_either():
    assert not any(one.startswith(NOTICE) for one in texts(Situation(CORRECTED, notified=JANUARY)))


def test_a_choice_is_open_from_its_day_until_it_is_decided_and_has_a_last_day():
    of = Situation(CORRECTED, notified=JANUARY)
    assert not any(one.startswith(CHOICE) for one in texts(of, OPEN - timedelta(days=1)))
    found = {one.text.split(":")[0]: one.before for one in work(of, ROUNDS, OPEN, DEADLINE)}
    assert found["Bespreek de keuze"] == found["Bespreek de situatie met de persoon."] == LAST
    assert found["Vraag"] is None
    decided = Situation(CORRECTED, notified=JANUARY, decided=True)
    assert not any(one.startswith(CHOICE) for one in texts(decided, OPEN))


def test_the_handreiking_names_no_last_day_for_a_conversation():
    assert {one.before for one in work(Situation(CORRECTED), ROUNDS, DAY, DEADLINE)} == {None}


@pytest.mark.parametrize(
    ("of", "begin", "before"),
    [
        (Situation(Verdict("disputed", "ss190", None), answer=ALL), DECIDE, DEADLINE),
        (Situation(CORRECTED, answer=ALL, findable=False), LOOK, DEADLINE),
        (Situation(None, systems=["inburgering"]), SEARCH, None),
        (Situation(Verdict("parked", "not_seen_again", None), systems=["s"]), SEARCH, None),
    ],
)
def test_what_else_must_be_done(of, begin, before):
    (only,) = work(of, ROUNDS, DAY, DEADLINE)
    assert only.text.startswith(begin) and only.before == before


def place(of, person=1):
    return order(of, work(of, ROUNDS, DAY, DEADLINE), DAY, person)


def test_the_new_then_the_soonest_then_the_other_tasks_then_the_rest():
    released = Verdict("released", "seen_again", None)
    listed = [
        place(Situation(Verdict("disputed", "ss190", None), since=DAY)),
        place(Situation(released, since=DAY - timedelta(days=2))),
        place(Situation(CORRECTED, since=DAY - timedelta(days=3), findable=False)),
        place(Situation(CORRECTED, since=DAY - timedelta(days=3))),
        STRANGERS,
        place(Situation(CORRECTED, answer=ALL)),
        place(Situation(released), 2),
        place(Situation(released), 3),
    ]
    assert listed == sorted(listed) and len(set(listed)) == len(listed)


def test_a_situation_shows_nothing_of_the_person_when_printed():
    assert "ontvangen" not in repr(Situation(CORRECTED, answer=ALL)) + repr(ALL)
