"""A column of values is judged as its values one by one, whatever recurs in it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.delivery.records.layout import Kenmerk
from hervat.delivery.records.records import Column, Fault, Part, absent, written
from tests.support.delivery_world import made_up_bsns

KENMERKEN = [
    Kenmerk(name="bsn", type="bsn", mandatory=True),
    Kenmerk(name="datum", type="date"),
    Kenmerk(name="uren", type="integer", minimum=0, maximum=99),
    Kenmerk(name="route", type="code", codes=frozenset({"B", "1"})),
    Kenmerk(name="naam", type="text", length=60),
]
SOME = [None, "", " ", "B", "b", "1", 1, 1.0, True, Decimal("1.0"), Decimal(1), 0, 100, "a\x00", "Đ" * 60, "x" * 61]
SOME += ["2022-03-01", date(2022, 3, 1), "2022-02-30", "000000000", "999990018", "9999.90.019", *made_up_bsns(4)]


def one_by_one(kenmerk: Kenmerk, values: list[Any]) -> tuple[list[str | None], list[tuple[int, str]]]:
    texts: list[str | None] = []
    wrong = []
    for place, value in enumerate(values):
        try:
            texts.append(written(kenmerk, value))
        except Fault as fault:
            texts.append(None)
            wrong.append((place, str(fault)))
    return texts, wrong


@pytest.mark.parametrize("kenmerk", KENMERKEN, ids=lambda one: one.name)
@given(parts=st.lists(st.lists(st.sampled_from(SOME), max_size=6), max_size=4))
def test_a_column_is_judged_as_its_values(kenmerk: Kenmerk, parts: list[list[Any]]) -> None:
    column = Column(kenmerk)
    for values in parts:
        wrong: list[tuple[int, str]] = []
        texts = list(column.texts(values, lambda place, reason, wrong=wrong: wrong.append((place, reason))))
        assert (texts, wrong) == one_by_one(kenmerk, values)


@pytest.mark.parametrize(
    ("group", "route", "text", "lacks"),
    [("A", "B", None, True), ("A", "B", "1", False), ("G", "B", None, False), ("A", "Z", None, False)],
)
def test_who_it_applies_to_must_have_it(group: str, route: str, text: str | None, lacks: bool) -> None:
    class Names:
        group, leerroute = "g", "r"

    kenmerk = Kenmerk(
        name="k", type="text", groups=["A"], leerroutes=["B"], absent_when=["not_for_group", "not_for_leerroute"]
    )  # type: ignore[arg-type]
    part = Part(1, {"bsn": ["x"], "g": [group], "r": [route], "k": [text]})
    assert kenmerk.bound
    assert list(absent(part, kenmerk, Names)) == ([0] if lacks else [])  # type: ignore[arg-type]
