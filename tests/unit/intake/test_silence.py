"""Silence of a source: told by its own rhythm, on the last night that looked, and never where nothing tells a rhythm."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.intake.silence import silent
from hervat.settings import Quality, Source

FIRST = date(2022, 3, 1)
SOURCE = Source(name="pib", folder={"directory": "/srv/pib"})


def told(made, day, source=SOURCE, secured=None, offers=()):
    """Return (reason, days, usual gap) on a day, of files made on these days and fetched on them, or on `secured`."""
    rows = [
        [("pib", one, secured or one) for one in made if (secured or one) <= day],
        [("pib", *one) for one in offers],
    ]
    session = SimpleNamespace(execute=lambda _query: rows.pop(0))
    found = silent(session, "0000", [source], day, Quality())
    return [(one.reason, one.count, one.extra) for one in found]


def days(*offsets):
    return [FIRST + timedelta(days=one) for one in offsets]


def after(offset):
    return FIRST + timedelta(days=offset)


@pytest.mark.parametrize(
    ("made", "on", "expected"),
    [
        ((), 100, []),
        ((0,), 100, []),
        ((0, 1), 100, []),
        ((0, 1, 2, 3, 4), 6, []),
        ((0, 1, 2, 3, 4), 7, [("silent_long", 3, 1)]),
        ((0, 1, 2, 3, 4), 13, [("silent_long", 9, 1)]),
        ((0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14), 17, []),  # as after each weekend
        ((0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14), 18, [("silent", 4, 1)]),
        ((0, 1, 2, 3, 6, 7, 8, 9, 10, 13, 14), 23, [("silent_long", 9, 1)]),
        ((0, 7, 14, 21), 28, []),
        ((0, 7, 14, 21), 29, [("silent", 8, 7)]),
        ((0, 7, 14, 21), 42, [("silent_long", 21, 7)]),
        ((0, 7, 14, 21), 900, [("silent_long", 879, 7)]),
        ((0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 90, 91, 92), 95, [("silent_long", 3, 1)]),  # one hole teaches nothing
    ],
)
def test_silence_is_told_by_the_rhythm_of_the_source(made, on, expected):
    assert told(days(*made), after(on)) == expected


def test_old_files_that_were_fetched_tonight_are_no_silence():
    assert told(days(0, 1, 2, 3), after(200), secured=after(200)) == []
    assert told(days(0, 1, 2, 3), after(204), secured=after(200)) == [("silent_long", 4, 1)]


def test_a_file_that_another_source_brought_first_counts_for_both():
    one = SOURCE.model_copy(update={"name": "again"})
    rows = [[("pib", day, day) for day in days(0, 1, 2, 9)], [("again", day, day) for day in days(0, 1, 2)]]
    session = SimpleNamespace(execute=lambda _query: rows.pop(0))
    assert [told.source for told in silent(session, "0000", [SOURCE, one], after(9), Quality())] == ["again"]


@pytest.mark.parametrize(("on", "made", "expected"), [(12, (), []), (13, (), [("expected", 3, 0)]), (13, (8,), [])])
def test_what_was_expected_and_did_not_come_is_told_after_days(on, made, expected):
    source = SOURCE.model_copy(update={"expected": _expected()})
    assert told(days(*made), after(on), source) == expected


def _expected():
    from hervat.settings.sources import Expected

    return Expected.model_validate({"rows": [1, 9], "from": after(5), "by": after(10)})


@given(st.sets(st.integers(0, 60), min_size=3), st.integers(0, 400))
def test_no_silence_that_is_no_longer_than_it_was_before(offsets, later):
    """Whatever the rhythm: within the longest pause there was nothing is told, and a long silence always is."""
    made = days(*offsets)
    pauses = [(b - a).days for a, b in zip(sorted(made), sorted(made)[1:], strict=False)]
    found = told(made, max(made) + timedelta(days=later))
    if later <= 2 or later <= min(pauses):
        assert found == []
    if later > max(2, *pauses):
        assert [count for _, count, _ in found] == [later]
