"""The picture of the nights stands alone, says in words what it shows, and the table has the same figures."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from hervat.report import nights_svg, nights_table
from hervat.report.page import page
from hervat.status.model import NightLine
from tests.support.overviews import empty, full, nights

SPACE = "{http://www.w3.org/2000/svg}"


def root_of(overview):
    return ElementTree.fromstring(nights_svg(overview))


def texts(root):
    return [one.text for one in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize("count", [1, 2, 5, 30])
def test_each_night_has_a_mark_in_each_of_the_five_parts(count):
    root = root_of(empty(nights=nights(count)))
    assert len(list(root.iter(f"{SPACE}circle"))) == 3 * count
    assert len([one for one in root.iter(f"{SPACE}rect") if one.get("class")]) == 2 * count
    for name in ("Vrijgegeven", "Geparkeerd", "Gecorrigeerd (SS190)", "Opgeschoond", "Wacht op goedkeuring"):
        assert texts(root).count(name) == 1


def test_it_needs_nothing_from_outside_and_runs_nothing():
    root = root_of(full())
    assert not [one for one in root.iter() if one.tag.rsplit("}")[-1] in ("script", "image", "use", "style", "a")]
    assert not {"style", "href", "onload"} & {name for one in root.iter() for name in one.attrib}
    assert nights_svg(full()).count("http") == 1  # its own name space


def test_it_says_in_words_what_it_shows():
    root = root_of(
        empty(nights=[NightLine(date(2022, 3, 1), 38, 99, 31, 12, 31), NightLine(date(2022, 5, 24), 62_000)])
    )
    words = {one.get("id"): one.text for one in root if one.get("id")}
    assert set(root.get("aria-labelledby").split()) == set(words) and root.get("role") == "img"
    assert words["nights-title"] == "De laatste nachten van Voorbeeldstad"
    assert words["nights-desc"].startswith("2 nachten: 1 maart 2022 tot en met 24 mei 2022. Vrijgegeven: eerst 38, ")
    assert "het laatst 62.000, het hoogst 62.000." in words["nights-desc"]
    assert "62.000 personen (laatste nacht)" in texts(root) and "80.000" in texts(root)


def test_without_a_night_it_says_so():
    assert texts(root_of(empty())) == ["Er is nog geen hele nacht geweest."]
    assert nights_table(empty()) == []


def test_a_name_stays_a_name():
    assert "<script" not in nights_svg(full(name="<script>alert(1)</script>"))


def test_the_table_has_the_same_figures_the_last_night_first():
    rows = nights_table(empty(nights=[NightLine(date(2022, 3, 1), 1, 2, 3, 4, 5), NightLine(date(2022, 3, 2))]))
    assert [row["nacht"] for row in rows] == ["2022-03-02", "2022-03-01"]
    assert rows[1] == {
        "nacht": "2022-03-01", "vrijgegeven": 1, "geparkeerd": 2, "gecorrigeerd (SS190)": 3, "opgeschoond": 4,
        "wacht op goedkeuring": 5,
    }  # fmt: skip


def test_the_page_has_picture_and_table():
    text = page(full(nights=nights(30)))
    drawing = text[text.index('<svg class="nights"') : text.index("</svg>", text.index('<svg class="nights"'))]
    assert "xmlns" not in drawing and 'role="img"' in drawing
    figures = text[text.index("<caption>Personen per nacht") :]
    figures = figures[: figures.index("</table>")]
    assert figures.count('<th scope="row">') == 30
    last = full(nights=nights(30)).nights[-1]
    assert last.day - timedelta(days=29) == nights(30)[0].day
