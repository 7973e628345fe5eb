"""Which names fit: capitals do not count, brackets may be meant as such, and what is half-way is no file yet."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.sftp.left_out import LeftOut
from hervat.sftp.patterns import fits


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("PIB_a.CSV", "PIB_*.csv", True),
        ("pib_a.csv", "PIB_*.CSV", True),
        ("PIB_1.csv", "pib_[0-9].csv", True),
        ("PIB_B.csv", "PIB_[a-c].csv", True),
        ("PIB_[1].csv", "PIB_[1].csv", True),
        ("PIB_é.csv", "PIB_e\u0301.csv", True),
        (".PIB_a.csv", "*.csv", False),
        (".PIB_a.csv", ".*.csv", True),
        ("PIB_a.csv.gz", "*.csv", False),
        ("PIB\na.csv", "PIB*.csv", True),
        ("STRASSE.csv", "straße.csv", True),
    ],
)
def test_names(name, pattern, expected):
    assert fits(name, (pattern,)) == expected


@given(st.text(max_size=12))
def test_a_name_fits_its_own_spelling_in_capitals(name):
    bare = name.lstrip(".")
    assert fits(bare, (bare,)) and fits(bare, ("*",))


def weighed(names, wanted=("PIB_*",), others=()):
    left = LeftOut()
    return [name for name in names if left.weigh(name, "file", wanted, others)], left


def test_what_is_not_taken_is_counted_and_no_name_is_kept():
    names = [
        "PIB_a.csv",
        "PIB_a.csv.filepart",
        "jan.jansen",
        "lijst.XLS",
        "Leesmij.txt",
        "SIG_1.csv",
        ".verborgen",
        "a/PIB_b",
    ]
    taken, left = weighed(names, others=("sig_*",))
    assert taken == ["PIB_a.csv"]
    assert (left.beside, left.strange, left.unfit) == (2, 1, Counter(xls=1, other=1))
    assert left.suffixes == ".xls 1, other 1" and "jansen" not in repr(left)


def test_a_pattern_that_asks_for_what_is_half_way_gets_it():
    assert weighed(["PIB_a.tmp"], ("*.TMP",))[0] == ["PIB_a.tmp"]
