"""One person, one law, over whole nights: a simulated year of both rounds, held against a naive model night by night.

Its twelve busiest nights here; the whole year, of as many seeds as HERVAT_TEST_MORE says, with that.
"""

import os

import pytest

from tests.support.killed_nights import forker
from tests.support.lived import Life
from tests.support.simulated_year import Year

MORE = int(os.environ.get("HERVAT_TEST_MORE", "0"))
YEARS = [(68, 12)] if not MORE else [(seed, 365) for seed in range(1, MORE + 1)]


@pytest.mark.parametrize(("seed", "days"), YEARS)
def test_two_lives_of_a_year_end_as_the_tables_say(tmp_path, seed, days):
    """Other kills, other nights done twice and another order of loading a day's files: no state depends on them."""
    year = Year(seed, days)
    with forker() as forked:
        lives = [
            Life(tmp_path / "one", year, forked, kills=0.2, seed=seed),
            Life(tmp_path / "two", year, forked, kills=0.2, seed=-seed, backwards=True),
        ]
        for life in lives:
            life.live()
    assert lives[0].account() == lives[1].account()
    for what in ("killed", "repeated", "correction", "hold", "ended", "withdrawal", "resume", "decide", "say"):
        assert sum(life.done[what] for life in lives), what
