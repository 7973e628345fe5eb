"""BSNs: one normalisation, the elfproef, and masking. All numbers are made up or of the reserved ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.bsn import bsns_in, normalised, parse


@pytest.mark.parametrize(
    ("spelt", "digits"),
    [
        ("999990019", "999990019"),
        (" 9999.90.019 ", "999990019"),
        ("999 990 019", "999990019"),
        ("10000009", "010000009"),
        (10000009, "010000009"),
        ("999990019.0", "999990019"),
        (999990019.0, "999990019"),
        ("123.456.000", "123456000"),
        ("9999900190", None),
        ("", None),
        (None, None),
        ("000000000", None),
        ("geen", None),
        ("٩٩٩٩٩٠٠١٩", None),
    ],
)
def test_spellings(spelt, digits):
    assert normalised(spelt) == digits


def test_printing_shows_nothing():
    found = parse("999990019")
    assert found is not None and found.reveal() == "999990019"
    assert "99" not in f"{found} {found!r} {found:>20} {[found]}"


@given(st.integers(0, 999999999))
def test_the_elfproef_by_arithmetic(number):
    digits = f"{number:09d}"
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    passes = number > 0 and sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0
    assert (parse(digits) is not None) == passes


@pytest.mark.parametrize(
    "text",
    [
        "123456782",
        "BSN 123.456.782 gebeld",
        "BSN123456782",
        "bsn:123456782.",
        "(1234.56.782)",
        "123 456 782",
        "123\u00a0456\u00a0782",
        "123\u202f456\u202f782",
        "12 34 56 782",
        "1 2 3 4 5 6 7 8 2",
        "123-456-782",
        "123 - 456 - 782",
        "123456 782",
        "123456782.0",
        "123456782,00",
        "1.23456782E+08",
        "1,23456782e8",
        "1.234567820000E+08",
        "op 12-03-2022 123 456 782 gebeld",
        "2022-03-12 123.456.782",
        "zaak 17 123456782",
        "dossier 4 van 123.456.782, zie 12",
    ],
)
def test_a_bsn_in_any_spelling(text: str) -> None:
    assert "123456782" in list(bsns_in(text))


@pytest.mark.parametrize(
    "text",
    ["12345672", "12.345.672", "123.45.672", "12345672.0", "012345672", "1.2345672E+07", "kind 3, 12 345 672 en 4"],
)
def test_lost_zeros_are_put_back(text: str) -> None:
    assert "012345672" in list(bsns_in(text))


def test_a_short_number_only_after_the_word() -> None:
    assert list(bsns_in("BSN 1234567")) == ["001234567"]
    assert list(bsns_in("burgerservicenummer: 12345")) == ["000012345"]
    assert list(bsns_in("Sofinummer1234567")) == ["001234567"]
    assert list(bsns_in("BSN-nr. 1234567")) == ["001234567"]
    assert list(bsns_in("bedrag 1234567, nummer 12345")) == []


def test_a_trailing_zero_that_scientific_notation_drops_is_put_back() -> None:
    assert list(bsns_in("1.2345678E8")) == ["123456780"]


@pytest.mark.parametrize("text", ["1.234568E+08", "1.23E+08", "1.234567E+07", "1.23456782E+07"])
def test_rounded_scientific_notation_spells_nobody(text: str) -> None:
    assert list(bsns_in(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "319999900190",
        "06 1234 5678",
        "NL91ABNA0417164300",
        "12-03-2022",
        "2022-03-12",
        "1-3-2022 10:30",
        "12.345,67",
        "1234 AB 12",
        "",
        "0",
        "000000000",
        "123\n456\n782",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0662",
    ],
)
def test_what_is_none(text: str) -> None:
    assert list(bsns_in(text)) == []


def test_several_in_one_text_each_once() -> None:
    text = "123456782 en 123.456.782, ook 999990019; 111222333/123456782"
    assert list(bsns_in(text)) == ["123456782", "999990019", "111222333"]


def test_several_side_by_side() -> None:
    assert {"123456782", "999990019"} <= set(bsns_in("123456782 999990019"))
    assert {"123456782", "999990019"} <= set(bsns_in("123.456.782 - 999.990.019"))
