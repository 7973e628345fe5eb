"""The nights of the report's picture come from what each run said of itself: whole ones, no shadows, one a day."""

from datetime import date, timedelta

import pytest

from hervat.register.models import Run, utc_now
from hervat.status.model import NightLine
from hervat.status.nights import nights, with_this_night
from hervat.tasks.night import NIGHT
from tests.support.notice_world import CODE, NoticeWorld

FIRST = date(2022, 3, 1)
STEPS = [step.name for step in NIGHT]


@pytest.fixture
def world(tmp_path):
    made = NoticeWorld(tmp_path)
    yield made
    made.register.close()


def told(released=0, cleaned=0, waiting=0, **more):
    lines = [{"system": name, "planned": 9, "cleaned": cleaned, "waiting": waiting} for name in ("een", "twee")]
    return {"persons": {"released": released, "parked": 2, "corrected": 3}, "cleaning": lines, **more}


def add(world, day, counts, code=CODE, shadow=False, steps=STEPS, ended=True):
    run = Run(municipality=code, as_of=day, shadow=shadow, steps=list(steps), version="0", counts=counts)
    run.ended_at = utc_now() if ended else None
    with world.register.session() as session:
        session.add(run)


def read(world, day=date(2023, 1, 1)):
    with world.register.session() as session:
        return nights(session, CODE, day)


def test_whole_nights_only_and_no_shadows(world):
    add(world, FIRST, told(1))
    add(world, FIRST + timedelta(days=1), told(2), shadow=True)
    add(world, FIRST + timedelta(days=2), told(3), steps=["settle", "notify"])
    add(world, FIRST + timedelta(days=3), None, ended=False)
    add(world, FIRST + timedelta(days=4), told(5), code="0001")
    add(world, FIRST + timedelta(days=5), told(6))
    assert [(one.day.day, one.released) for one in read(world)] == [(1, 1), (6, 6)]
    assert [one.released for one in read(world, FIRST)] == [1]


def test_two_runs_of_a_day_are_one_night_as_the_last_left_it_with_all_that_was_cleaned(world):
    add(world, FIRST, told(10, cleaned=3, waiting=4))
    add(world, FIRST, told(12, cleaned=1, waiting=0))
    assert read(world) == [NightLine(FIRST, 12, 2, 3, cleaned=8, waiting=0)]


def test_the_last_thirty(world):
    for at in range(33):
        add(world, FIRST + timedelta(days=at), told(at))
    assert [one.released for one in read(world)] == list(range(3, 33))


@pytest.mark.parametrize(
    ("run", "counts"),
    [({}, True), ({"shadow": True}, False), ({"steps": ["report"]}, False), ({"code": "0001"}, False)],
)
def test_the_night_at_work_is_the_last_if_it_is_a_whole_one(world, run, counts):
    add(world, FIRST, told(1, cleaned=1))
    day = FIRST + timedelta(days=1)
    add(world, day, None, ended=False, **run)
    with world.register.session() as session:
        found = with_this_night(session, CODE, nights(session, CODE, day), day, told(2))
    assert [one.released for one in found] == ([1, 2] if counts else [1])


def test_a_second_night_at_work_on_a_day_adds_to_it(world):
    add(world, FIRST, told(1, cleaned=1))
    add(world, FIRST, None, ended=False)
    with world.register.session() as session:
        found = with_this_night(session, CODE, nights(session, CODE, FIRST), FIRST, told(2, cleaned=2))
    assert found == [NightLine(FIRST, 2, 2, 3, cleaned=6)]
