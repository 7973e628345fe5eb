"""The charts: a scale whose numbers are round and hold every value, and a mark for each place."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.report.chart import WIDTH, Panel, ceiling, chart, spelled, whole


def drawn(panels, labels):
    body, height = chart(panels, labels, "Maand")
    return ElementTree.fromstring(whole(body, height, 'role="img"'))


@given(st.one_of(st.integers(1, 10**7), st.floats(1e-4, 1e7)))
def test_the_scale_holds_the_value_and_wastes_less_than_half(most):
    top = ceiling(most)
    assert most <= top * (1 + 1e-8) and top <= 2 * most * (1 + 1e-8)


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, ["0", "1"]), (1, ["0", "1"]), (3, ["0", "3"]), (7, ["0", "4", "8"]), (31, ["0", "20", "40"]),
        (134, ["0", "100", "200"]), (62_000, ["0", "40.000", "80.000"]), (0.03, ["0", "0,015", "0,03"]),
    ],
)  # fmt: skip
def test_the_numbers_on_the_scale_are_round(most, ticks):
    assert [spelled(tick) for tick in Panel("x", [0, most]).ticks] == ticks


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_a_bar_is_as_high_as_its_value_and_none_is_left_out(values):
    bars = [one for one in drawn([Panel("x", values)], ["1 mrt"] * len(values)).iter("rect") if one.get("class")]
    assert [one.get("class") for one in bars] == ["part" if value else "none" for value in values]
    assert all(float(one.get("x")) + float(one.get("width")) <= WIDTH for one in bars)
    heights = [float(one.get("height")) for _, one in sorted(zip(values, bars, strict=True), key=lambda pair: pair[0])]
    assert heights == sorted(heights)
    assert max(heights) >= 27 or not any(values)  # half of what there is
    feet = {round(float(one.get("y")) + float(one.get("height")), 1) for one in bars}
    assert max(feet) - min(feet) <= 0.11


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30))
def test_a_line_has_a_point_a_place(values):
    root = drawn([Panel("x", values, line=True)], ["1 mrt"] * len(values))
    points = [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter("circle")]
    assert len(points) == len(values)
    assert points == sorted(points, key=lambda point: point[0])
    assert all((a[1] > b[1]) <= (x < y) for a, b, x, y in zip(points, points[1:], values, values[1:], strict=False))


@pytest.mark.parametrize("count", [1, 2, 3, 13, 30])
def test_the_first_and_the_last_place_are_named(count):
    labels = [f"{at + 1} mrt" for at in range(count)]
    shown = [one.text for one in drawn([Panel("x", [0] * count)], labels).iter("text")]
    assert labels[0] in shown and labels[-1] in shown


def test_what_is_not_ours_is_escaped():
    body, _ = chart([Panel("<b>", [1], note="a&b")], ["<i>"], "x<y")
    assert not re.search(r"<[bi]>|x<y", body) and "a&amp;b" in body
