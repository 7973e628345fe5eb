import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hervat.delivery.layout import Kenmerk
from hervat.delivery.values import Fault, written

BSN = Kenmerk(name="bsn", type="bsn", mandatory=True)
DATE = Kenmerk(name="datum", type="date")
HOURS = Kenmerk(name="uren", type="integer", minimum=1, maximum=9999)
ROUTE = Kenmerk(name="leerroute", type="code", codes=frozenset("BOZ"))
TEXT = Kenmerk(name="tekst", type="text", length=5)


@pytest.mark.parametrize(
    ("kenmerk", "value", "text"),
    [
        (BSN, "999990019", "999990019"),
        (BSN, 999990019, "999990019"),
        (BSN, "9999.90.019 ", "999990019"),
        (BSN, Decimal("999990019.00"), "999990019"),
        (DATE, date(2022, 3, 1), "2022-03-01"),
        (DATE, datetime(2022, 3, 1), "2022-03-01"),
        (DATE, "2022-03-01", "2022-03-01"),
        (DATE, "2022-03-01 00:00:00.000", "2022-03-01"),
        (DATE, "", None),
        (DATE, None, None),
        (HOURS, 12, "12"),
        (HOURS, "012", "12"),
        (HOURS, Decimal("12.00"), "12"),
        (HOURS, 12.0, "12"),
        (ROUTE, "B ", "B"),
        (TEXT, " Đặng ", "Đặng"),
    ],
)
def test_what_is_written(kenmerk: Kenmerk, value: Any, text: str | None) -> None:
    assert written(kenmerk, value) == text


@pytest.mark.parametrize(
    ("kenmerk", "value", "reason"),
    [
        (BSN, None, "missing"),
        (BSN, " ", "missing"),
        (BSN, "999990018", "no_bsn"),
        (BSN, "X", "no_bsn"),
        (DATE, "01-03-2022", "no_date"),
        (DATE, "2022-02-30", "no_date"),
        (DATE, "20220301", "no_date"),
        (DATE, datetime(2022, 3, 1, 12), "no_date"),
        (HOURS, "twaalf", "no_integer"),
        (HOURS, 12.5, "no_integer"),
        (HOURS, True, "no_integer"),
        (HOURS, "١٢", "no_integer"),
        (HOURS, 0, "out_of_bounds"),
        (HOURS, 10000, "out_of_bounds"),
        (ROUTE, "b", "unknown_code"),
        (TEXT, "abcdef", "too_long"),
        (TEXT, "a\x00b", "forbidden_character"),
        (TEXT, "a\ufffeb", "forbidden_character"),
        (TEXT, "\ud800", "forbidden_character"),
        (BSN, "\x0b", "forbidden_character"),
    ],
)
def test_what_is_refused_and_why(kenmerk: Kenmerk, value: Any, reason: str) -> None:
    with pytest.raises(Fault) as caught:
        written(kenmerk, value)
    assert str(caught.value) == reason


@given(st.text())
def test_what_passes_can_be_written_as_xml_and_read_back(text: str) -> None:
    try:
        value = written(Kenmerk(name="tekst", type="text"), text)
    except Fault:
        assert any(unicodedata.category(character) in ("Cc", "Cs", "Cn") for character in text)
        return
    element = etree.Element("tekst")
    element.text = value
    assert (etree.fromstring(etree.tostring(element, encoding="utf-8")).text or None) == (value or None)
