"""The picture of a footprint: tables in layers that do not overlap, every arrow drawn, names and counts and no more."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.erasure.footprint.shape import PARTS
from hervat.erasure.picture import DUTCH, ENGLISH, Arrow, Box, Picture, svg, svg_file
from hervat.erasure.picture.layers import forward, layers, narrowed
from hervat.erasure.picture.layout import GAP, ROOM, crossings, lay_out, spaced

NAMES = [f"t{at}" for at in range(9)]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=25)
SPACE = "{http://www.w3.org/2000/svg}"


def drawn(picture, wording=ENGLISH):
    return ElementTree.fromstring(svg_file(picture, wording))


def pictured(pairs, kinds=("holds",)):
    boxes = tuple(Box(name, PARTS[at % len(PARTS)], rows=at) for at, name in enumerate(NAMES))
    return Picture(
        "proef", boxes, tuple(Arrow(a, b, f"{a}.{b}", kinds[at % len(kinds)]) for at, (a, b) in enumerate(pairs))
    )


@given(PAIRS)
def test_every_arrow_leads_down_once_circles_are_turned_round(pairs):
    level = layers(NAMES, forward(NAMES, pairs))
    assert all(level[a] < level[b] for a, b in forward(NAMES, pairs))
    assert {frozenset(pair) for pair in forward(NAMES, pairs)} == {frozenset(p) for p in pairs if p[0] != p[1]}


@given(PAIRS, st.integers(min_value=60, max_value=400))
def test_boxes_and_lines_of_a_layer_never_overlap(pairs, width):
    widths = {name: float(width + 10 * at) for at, name in enumerate(NAMES)}
    layout = lay_out(widths, pairs)
    for at in range(max(layout.layer.values()) + 1):
        taken = [(layout.left[n], layout.left[n] + widths[n]) for n in NAMES if layout.layer[n] == at]
        for (upper, _), bends in layout.bends.items():
            inner = at - layout.layer[upper] - 1
            taken += [(bends[inner] - 5, bends[inner] + 5)] if 0 <= inner < len(bends) else []
        assert all(a[1] + GAP - 0.01 <= b[0] for a, b in pairwise(sorted(taken)))
        assert all(a >= -0.01 and b <= layout.width + 0.01 for a, b in taken)


@given(PAIRS)
def test_each_pair_of_tables_is_drawn_once_a_kind(pairs):
    root = drawn(pictured(pairs, ("holds", "loose")))
    told = [one.text for one in root.iter(f"{SPACE}title")]
    for arrow in pictured(pairs).arrows:
        assert sum(arrow.key in (text or "").split(", ") for text in told) >= 1
    assert len(root.findall(f".//{SPACE}g[@transform]/{SPACE}title")) == len(NAMES)


@given(st.lists(st.tuples(st.floats(-500, 500), st.integers(10, 300)), min_size=1, max_size=8))
def test_boxes_stay_where_they_are_wanted_when_there_is_room(wanted):
    places = [at * 2000 + one for at, (one, _) in enumerate(wanted)]
    found = spaced(places, [float(width) for _, width in wanted], [1.0] * len(wanted))
    assert found == pytest.approx(places)


def test_a_wide_layer_of_leaves_is_broken_and_holders_stay():
    level = {"top": 0, "holder": 1, "leaf": 2} | {f"x{at}": 1 for at in range(6)}
    pairs = [("top", "holder"), ("holder", "leaf"), *(("top", f"x{at}") for at in range(6))]
    found = narrowed(level, pairs, dict.fromkeys(level, 100.0), 300.0)
    assert found["holder"] == 1 and all(found[a] < found[b] for a, b in pairs)
    assert all(sum(100 for at in found.values() if at == layer) <= 300 for layer in found.values())


def test_the_order_saves_crossings():
    steps = [("a", "z"), ("b", "y"), ("c", "x")]
    assert crossings([["a", "b", "c"], ["x", "y", "z"]], steps) == 3
    layout = lay_out(dict.fromkeys("abcxyz", 50.0), steps)
    assert [sorted("abc", key=layout.left.get), sorted("zyx", key=layout.left.get)] in (
        [list("abc"), list("zyx")],
        [list("cba"), list("xyz")],
    )


def test_it_is_one_image_with_title_and_words_and_no_style_of_its_own():
    picture = pictured([("t0", "t1"), ("t1", "t2"), ("t2", "t2")])
    for wording in (ENGLISH, DUTCH):
        root = drawn(picture, wording)
        labels = {one.get("id"): one.text for one in root if one.get("id")}
        assert root.get("role") == "img" and set(root.get("aria-labelledby").split()) == set(labels)
        assert "proef" in labels["tables-proef-title"]
        assert all(name in labels["tables-proef-desc"] for name in NAMES)
        assert not [one for one in root.iter() if one.get("style") or one.tag.endswith("script")]
        assert len({wording.parts[part] for part in PARTS}) == len(PARTS)
    assert "xmlns" not in svg(picture)


def test_names_from_a_database_stay_names():
    evil = '<script>"&\x07\nnaam ' + "x" * 70
    picture = Picture(evil, (Box("a", "root"), Box(evil, "held", rows=1)), (Arrow("a", evil, f"{evil}.k"),))
    root = drawn(picture)
    assert not [one for one in root.iter() if "script" in one.tag]
    shown = [one.text for one in root.iter(f"{SPACE}text")]
    assert [one for one in shown if one.startswith('<script>"&??') and one.endswith("…")]


def test_counts_are_spelled_in_the_language():
    picture = Picture("proef", (Box("a", "root", rows=1, reached=1234, stranded=0), Box("b", "held", planned=2)), ())
    assert "1 row · 1,234 reached" in svg(picture) and "2 rows in the last plan" in svg(picture)
    assert "1 rij · 1.234 bereikt" in svg(picture, DUTCH) and "2 rijen in het laatste plan" in svg(picture, DUTCH)
    assert "stranded" not in re.sub(r"<desc.*</desc>", "", svg(picture))


@given(PAIRS, st.integers(min_value=60, max_value=400))
def test_no_layer_leans_out_of_the_room_that_the_widest_needs(pairs, width):
    widths = {name: float(width + 10 * at) for at, name in enumerate(NAMES)}
    layout = lay_out(widths, pairs)
    rows = [[n for n in NAMES if layout.layer[n] == at] for at in range(max(layout.layer.values()) + 1)]
    lines = [
        sum(0 <= at - layout.layer[upper] - 1 < len(bends) for (upper, _), bends in layout.bends.items())
        for at in range(len(rows))
    ]
    needed = [
        sum(widths[n] + GAP for n in row) + count * (10 + GAP) - GAP for row, count in zip(rows, lines, strict=True)
    ]
    assert layout.width <= max(ROOM, *needed, 0) + 0.01
