import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hervat.delivery.records.layout import Kenmerk
from hervat.delivery.records.records import Fault, written

BSN = Kenmerk(name="bsn", type="bsn", mandatory=True)
DATE = Kenmerk(name="datum", type="date")
HOURS = Kenmerk(name="uren", type="integer", minimum=1, maximum=9999)
ROUTE = Kenmerk(name="leerroute", type="code", codes=frozenset("BOZ"))
TEXT = Kenmerk(name="tekst", type="text", length=5)


NO_INTEGERS = (
    *(
        "1.000",
        "1,000",
        "1 000",
        "1'000",
        "1\u00a0000",
        "1\u202f000",
        "1_000",
        "12.000",
        "1.0000",
        "1.000.000",
        "1.000,00",
    ),
    *(
        "12,0",
        "12,50",
        "12.50",
        "1.5",
        ".5",
        "5.",
        "12.0.0",
        "+5",
        "5-",
        "(5)",
        "\u22125",
        "--5",
        "- 5",
        "1e3",
        "1E+3",
        "0x10",
    ),
    *(
        "\u0663",
        "\uff11\uff12",
        "\u00b2",
        "12\n",
        "\t12",
        "12\u00a0",
        "1/2",
        "10%",
        "12u",
        "ja",
        "true",
        "J",
        "NaN",
        "inf",
        "NULL",
    ),
    *(float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity"), Decimal("1.5"), b"12", 1e20, False, "1" * 19),
)
NO_DATES = (
    *(
        "1-2-22",
        "02/03/2022",
        "2-3-2022",
        "2022/03/01",
        "2022-3-1",
        "2022-03-01T12:00",
        "2022-03-01 00:00:00+01:00",
        "44593",
        44593,
    ),
    *(
        44593.0,
        "0000-00-00",
        "31-02-2022",
        "2022-02-31",
        "1 maart 2022",
        "2022-03",
        "2022",
        "\uff12022-03-01",
        "2022-03-01\u00a0",
    ),
    *(True, b"2022-03-01", datetime(2022, 3, 1, tzinfo=UTC), "2022-W09-4", "2022-060"),
)


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
        (HOURS, "12.0", "12"),
        (HOURS, "12.00", "12"),
        (HOURS, " 12 ", "12"),
        (HOURS, Decimal("1.000"), "1"),
        (HOURS, Decimal("1E+3"), "1000"),
        (DATE, datetime(2022, 2, 28, 23, tzinfo=UTC), "2022-03-01"),
        (TEXT, 1012, "1012"),
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
        *((HOURS, text, "no_integer") for text in NO_INTEGERS),
        *((DATE, value, "no_date") for value in NO_DATES),
        (DATE, "0022-03-01", "date_out_of_bounds"),
        (DATE, "9999-12-31", "date_out_of_bounds"),
        (DATE, date(22, 3, 1), "date_out_of_bounds"),
        (ROUTE, "B\u00a0", "unknown_code"),
        (ROUTE, "B O", "unknown_code"),
        (Kenmerk(name="code", type="code", codes=frozenset({"05"})), "5", "unknown_code"),
        (Kenmerk(name="code", type="code", codes=frozenset({"05"})), 5, "unknown_code"),
        (TEXT, True, "no_text"),
        (TEXT, b"abc", "no_text"),
        (TEXT, 1.0, "no_text"),
        (HOURS, "-5", "out_of_bounds"),
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
