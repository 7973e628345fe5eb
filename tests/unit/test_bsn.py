"""BSNs: one normalisation, the elfproef, and masking. All numbers are made up or of the reserved ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.bsn import normalised, parse


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
