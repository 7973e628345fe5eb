"""Moments in cells: with a zone that day in the Netherlands, without one as written, and never a guess."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hervat.downloads import Format, load_format
from hervat.downloads.dates import days
from hervat.downloads.formats import day_pattern
from hervat.errors import ConfigurationError
from tests.support.effort import examples

PIB = load_format("pib-wi2021", Path())
NEW_YEAR = date(2022, 1, 1)


def changed(**keys):
    return Format.model_validate(PIB.model_dump() | keys)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-12-31T23:00:00Z", NEW_YEAR),
        ("2021-12-31T22:59:59Z", date(2021, 12, 31)),
        ("2021-12-31t23:00:00.123z", NEW_YEAR),
        ("2021-12-31 23:00:00,5 UTC", NEW_YEAR),
        ("31-12-2021 23:00 GMT", NEW_YEAR),
        ("31/12/2021 23:00:00+0000", NEW_YEAR),
        ("20211231T230000Z", NEW_YEAR),
        ("20211231T2300+00", NEW_YEAR),
        ("2021-12-31T20:00:00-05:00", NEW_YEAR),
        ("2022-01-01T00:30:00+02:00", date(2021, 12, 31)),
        ("2022-06-30T22:00:00Z", date(2022, 7, 1)),
        ("2022-03-27T02:30:00", date(2022, 3, 27)),  # a moment that there was not, of a day that there was
        ("1-3-2022, 13:45:00", date(2022, 3, 1)),
        ("01-03-2022 11:30 PM", date(2022, 3, 1)),
        ("44562.9583", NEW_YEAR),
        ("44561.9999999", None),  # or is it the midnight that comes?
        ("2021-12-31T24:00:00", None),
        ("2021-12-31T23:59:60Z", None),
        ("2021-12-31T23:00:00-00:00", None),
        ("2021-12-31T23:00:00+15:00", None),
        ("2021-12-31T23:00:00+01:75", None),
        ("2021-12-31 23:00 CET", None),
        ("2022-07-01 23:30 CEST", None),
        ("2021-12-31T23:00[Europe/Amsterdam]", None),
        ("2022-01-01Z", None),
        ("2022-01-01+01:00", None),
        ("11:30 PM +00:00", None),
        ("1646092800", None),
        ("1646092800000", None),
        ("2022-W01-1", None),
        ("1 mrt 2022", None),
    ],
)
def test_the_day_of_a_moment(typed_row, text, value):
    row = typed_row(datum_signaal=text)
    assert (row["signal_date"], row["date_ok"]) == (value, value is not None)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2021-12-31T24:00", "moment_unclear"),
        ("2022-01-01Z", "moment_unclear"),
        ("2022-01-01 10:00 CET", "moment_unclear"),
        ("1646092800", "number_in_day"),
        ("12345", "number_in_day"),  # as a day it would be of 1933
        ("-1", "number_in_day"),
        ("vandaag", None),
        ("2022-01-01T10:00Z", None),
        ("44621", None),
    ],
)
def test_why_no_day_stands_there_is_told(typed_row, text, found):
    row = typed_row(datum_signaal=text)
    assert [name for name in ("moment_unclear", "number_in_day") if row[name]] == ([found] if found else [])


ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2007, 1, 2), datetime(2100, 1, 1), timezones=ZONES)


@given(MOMENTS, st.sampled_from(["%Y-%m-%d", "%d-%m-%Y", "%Y%m%d", "%d/%m/%Y"]), st.sampled_from(["T", " ", "t", "  "]))
@settings(max_examples=examples(200), deadline=None)
def test_any_moment_with_any_zone_is_its_dutch_day_or_none(moment, pattern, between):
    zone = moment.strftime("%z") if moment.utcoffset() else "Z"
    text = f"{moment.strftime(pattern)}{between}{moment:%H:%M:%S}{zone}"
    (found,) = days(pl.Series("t", [text]), PIB)
    assert found == moment.replace(microsecond=0).astimezone(ZoneInfo("Europe/Amsterdam")).date()
    (plain,) = days(pl.Series("t", [text.removesuffix(zone)]), PIB)
    assert plain == moment.date()


def test_patterns_that_read_a_text_as_different_days_make_it_unsure():
    both = changed(date_formats=["%d/%m/%Y", "%m/%d/%Y"])
    assert days(pl.Series("t", ["03/04/2022", "04/04/2022", "25/12/2022"]), both).to_list() == [
        None,
        date(2022, 4, 4),
        date(2022, 12, 25),
    ]


@pytest.mark.parametrize(
    ("pattern", "day"),
    [
        ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d"),
        ("%Y-%m-%dT00:00:00Z", "%Y-%m-%d"),
        ("%d-%m-%Y, %H:%M", "%d-%m-%Y"),
        ("%d.%m.%y", "%d.%m.%y"),
        ("%Y-%m-%dZ", None),
        ("%H:%M %d-%m-%Y", None),
        ("%Y%m%d%H%M", None),
        ("%s", None),
    ],
)
def test_a_pattern_in_a_format_is_of_a_day_alone(pattern, day):
    assert day_pattern(pattern) == day


def test_a_format_under_which_a_zone_would_be_lost_is_refused(tmp_path):
    (tmp_path / "formats").mkdir()
    (tmp_path / "formats" / "x.yaml").write_text('like: pib-wi2021\nname: x\ndate_formats: ["%Y-%m-%dZ"]\n')
    with pytest.raises(ConfigurationError, match="of a day alone"):
        load_format("x", tmp_path)


def test_a_format_that_names_a_zone_keeps_it():
    zoned = changed(date_formats=["%Y-%m-%dT%H:%M:%S%z"])
    late = datetime(2021, 12, 31, 23, 30, tzinfo=UTC)
    assert days(pl.Series("t", [late.isoformat()]), zoned).to_list() == [NEW_YEAR]
