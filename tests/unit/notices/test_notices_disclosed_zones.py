"""The day of a disclosure that names a zone is that day in the Netherlands; without one it is the day as written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from hervat.notices.disclosures import UNDATED, row_of
from hervat.today import dutch_day

NEXT = date(2022, 5, 10)


@pytest.mark.parametrize(
    ("provided", "day"),
    [
        (datetime(2022, 5, 9, 22, 30, tzinfo=UTC), NEXT),
        (datetime(2022, 5, 9, 22, 30), date(2022, 5, 9)),
        ("2022-05-09T22:30:00Z", NEXT),
        ("2022-05-09 22:30:00.000+00", NEXT),
        ("2022-05-09 22:30 UTC", NEXT),
        ("09-05-2022 22:30+0000", NEXT),
        ("20220509T223000Z", NEXT),
        ("2022-05-10 00:30+03:00", date(2022, 5, 9)),
        ("2022-05-09 22:30", date(2022, 5, 9)),
        ("2022-05-09", date(2022, 5, 9)),
        ("09-05-2022 22:30", date(2022, 5, 9)),
        ("2022-05-09 22:30 CET", UNDATED),
    ],
)
def test_the_day_of_a_disclosure(provided, day):
    assert row_of("999990019", "school", "", provided).provided_on == day


def test_a_day_has_no_zone_of_its_own():
    moment = datetime(2022, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert dutch_day(moment) == date(2021, 12, 31)
