"""The pictures in the report, as a browser draws them: readable at 400 pixels, nothing overlaps, nothing sticks out."""

from itertools import combinations

import pytest
from axe_playwright_python.sync_playwright import Axe

from hervat.report import nights_svg, write_page
from hervat.status.model import NightLine
from tests.support.overviews import DAY, empty, full, nights, picture

_TEXTS = """svgs => svgs.map(svg => {
  const frame = svg.getBoundingClientRect(), scale = frame.width / svg.viewBox.baseVal.width;
  const box = one => { const b = one.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  return {frame: [frame.left, frame.top, frame.right, frame.bottom], scale,
          texts: [...svg.querySelectorAll('text')].map(one => [one.textContent,
            parseFloat(getComputedStyle(one).fontSize) * scale, box(one)])};
})"""
NIGHTS = {
    "none": [], "one": nights(1), "two": nights(2), "five": nights(5), "thirty": nights(30),
    "zeros": [NightLine(DAY)], "a million": nights(30, most=1_234_567),
}  # fmt: skip


@pytest.fixture
def opened(browser):
    pages = []

    def open_(path, width):
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.goto(path.as_uri())
        return page

    yield open_
    for page in pages:
        page.close()


def readable(charts):
    for chart in charts:
        left, top, right, bottom = chart["frame"]
        texts = [one for one in chart["texts"] if one[0]]
        assert texts and all(size >= 11 for _, size, _ in texts), (chart["scale"], texts)
        for text, _, box in texts:
            assert box[0] >= left - 1 and box[2] <= right + 1 and box[1] >= top - 1 and box[3] <= bottom + 1, text
        for (one, _, a), (other, _, b) in combinations(texts, 2):
            apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 3 or b[3] <= a[1] + 3
            assert apart, f"{one!r} over {other!r}"


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("count", NIGHTS)
def test_the_nights_are_readable_and_axe_finds_nothing(opened, tmp_path, count, width):
    page = opened(write_page(empty(nights=NIGHTS[count], quality_months=full().quality_months), tmp_path), width)
    readable(page.eval_on_selector_all("svg.nights, svg.months", _TEXTS))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for details in page.locator("details").all():
        details.evaluate("one => one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_picture_alone_is_readable_where_it_is_shown_400_pixels_wide(opened, tmp_path):
    for name, lines in NIGHTS.items():
        path = tmp_path / f"{name}.svg"
        path.write_text(nights_svg(empty(nights=lines)), encoding="utf-8")
        page = opened(path, 400)
        readable(page.eval_on_selector_all("svg", _TEXTS))
        assert page.evaluate("document.documentElement.clientWidth") == 400


def test_every_place_of_the_quality_bars_has_a_scale_with_numbers(opened, tmp_path):
    page = opened(write_page(full(), tmp_path), 400)
    told = page.eval_on_selector_all(
        "svg.months", "svgs => svgs.map(s => [...s.querySelectorAll('text')].map(t => t.textContent))"
    )
    assert told[0][0] == "Niet goed, per 1.000 controles"
    assert {"0", "0,2", "0,4", "jan 22", "apr 22", "Maand"} <= set(told[0])
    assert {"0", "100", "200"} <= set(told[1])


@pytest.mark.parametrize("more", [0, 9])
def test_the_tables_of_a_system_fit_the_page_without_a_scroll_bar(opened, tmp_path, more):
    systems = [
        one if one.picture is None else type(one)(**{**vars(one), "picture": picture("x", more)})
        for one in full().systems
    ]
    path = write_page(full(systems=systems), tmp_path)
    wide, narrow = (opened(path, width) for width in (1280, 400))
    fits = "boxes => boxes.map(box => box.scrollWidth <= box.clientWidth)"
    assert set(wide.eval_on_selector_all(".picture", fits)) == {True}
    size = "boxes => boxes.map(box => { const s = box.querySelector('svg'); return 11.5 * s.clientWidth / s.viewBox.baseVal.width; })"
    assert (
        min(wide.eval_on_selector_all(".picture", size)) >= 10
        and min(narrow.eval_on_selector_all(".picture", size)) >= 11
    )
    assert wide.locator(".aside").first.is_hidden() and narrow.locator(".aside").first.is_visible()
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_picture_too_wide_to_be_read_smaller_scrolls_in_its_own_box(opened, tmp_path):
    systems = [
        one if one.picture is None else type(one)(**{**vars(one), "picture": picture("x", 25)})
        for one in full().systems
    ]
    page = opened(write_page(full(systems=systems), tmp_path), 1280)
    assert page.evaluate(
        "document.querySelector('.picture').scrollWidth > document.querySelector('.picture').clientWidth"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator(".aside").first.is_visible()
