"""What was noticed stands in the register: of the last night that looked, replaced when it looks again, by source."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hervat.intake.noticed import Noticed, days_looked, note, noted
from hervat.register.models import Run
from tests.support.fetching import Nights

FIRST = date(2022, 3, 1)


@pytest.fixture
def nights(tmp_path):
    return Nights(tmp_path)


def look(nights, day, *noticed, sources=("pib",), steps=("fetch",), code="0000"):
    night = replace(nights.night(), as_of=FIRST + timedelta(days=day))
    with nights.register.session() as session:
        session.add(Run(municipality=code, as_of=night.as_of, shadow=False, steps=list(steps), version="0"))
    note(night, sources, noticed)


def told(nights, day, sources=("pib", "hand")):
    with nights.register.session() as session:
        days = days_looked(session, "0000", FIRST + timedelta(days=day))
        return noted(session, "0000", days, sources)


def growing(count=1):
    return Noticed("pib", "growing", count, waits=False)


def test_the_last_night_that_looked_counts_and_looking_again_replaces(nights):
    unfit = Noticed("pib", "unfit", 2)
    look(nights, 0, unfit, Noticed("hand", "links", 1, waits=False), sources=("pib", "hand"))
    look(nights, 3, steps=("settle",), sources=())
    assert told(nights, 5) == [unfit, Noticed("hand", "links", 1, waits=False)]
    assert told(nights, 5, sources=("pib",)) == [unfit]
    assert told(nights, -1) == []
    look(nights, 0, sources=("hand",))
    assert told(nights, 5) == [unfit]
    look(nights, 0)
    assert told(nights, 5) == []


def test_what_grows_for_nights_on_end_waits_for_a_person(nights):
    for day in range(2):
        look(nights, day, growing())
        assert told(nights, day) == [growing()]
    look(nights, 4, growing(2))
    assert told(nights, 4) == [Noticed("pib", "growing_long", 2, 3)]
    look(nights, 5)
    look(nights, 6, growing())
    assert told(nights, 6) == [growing()]
