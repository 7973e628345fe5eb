"""The pages of accountability in headless Chromium: WCAG 2.1 AA, nothing sticks out, no name leaves its box."""

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

from hervat.accountability import (
    as_html,
    dpia_document,
    dpia_input,
    processing_document,
    processing_entry,
    rights_document,
    rights_matrix,
    statement_document,
)
from hervat.settings import read_settings
from tests.end_to_end.test_report_accessibility import browser, opened

__all__ = ["browser"]
FOOTPRINT = {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"}
LONG = "Wegenwachtwerkgroepvoorwereldwijdewijkwerkers-WWWWWWWWWWWWWWWWW"
IN_BOXES = """() => [...document.querySelectorAll('svg g')].map(group => {
  const box = group.querySelector('rect').getBBox();
  const texts = [...group.querySelectorAll('text')].map(text => text.getBBox());
  return [box.x, box.y, box.x + box.width, box.y + box.height,
    texts.every(t => t.x >= box.x && t.x + t.width <= box.x + box.width && t.y + t.height <= box.y + box.height)];
})"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("account")
    systems = [
        {"name": "inburgering", "database": "sqlite:///local.db", "footprint": FOOTPRINT, "approval": "automatic"},
        {"name": "lijsten", "files": {"directory": "lijsten"}},
        {"name": "volgsysteem", "supplier": {"name": LONG, "channel": {"folder": "uit"}}},
        {"name": LONG, "supplier": {"name": "Leverancier", "channel": {"folder": "uit"}}},
    ]
    parties = [{"name": f"partij-{n}", "role": LONG * (n % 2), "channel": {"folder": "uit"}} for n in range(9)]
    municipality = {
        "code": "0000", "name": "Voorbeeldstad", "systems": systems, "parties": [*parties, {**parties[0], "name": LONG}],
        "sources": [{"name": LONG, "folder": {"directory": "in"}}, {"name": "hand", "folder": {"directory": "in"}}],
        "cbs": {"reporter": "0000", "records": {"system": "inburgering", "query": "select bsn from persoon"}},
    }  # fmt: skip
    whole = {"register": "sqlite:///var/register.db", "vault": "var/vault", "output": "var/output"}
    whole |= {"keys": {"file": "var/keys.json"}, "municipalities": [municipality]}
    (folder / "hervat.yaml").write_text(yaml.safe_dump(whole))
    settings = read_settings(folder)
    own = settings.municipalities[0]
    documents = [
        dpia_document(dpia_input(settings, own, [f"0000 system {LONG}: onverstandig"], ["iets"])),
        rights_document(rights_matrix(settings, own)),
        statement_document(settings, own),
        processing_document(processing_entry(settings, own)),
    ]
    path = folder / "pages.html"
    path.write_text(as_html(documents))
    return path


@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_and_nothing_sticks_out(browser, page, width):
    shown = opened(browser, page, width)
    found = Axe().run(shown)
    assert found.violations_count == 0, found.generate_report()
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.close()


def test_every_name_of_the_drawing_is_in_its_box_and_no_box_in_another(browser, page):
    shown = opened(browser, page, 1280)
    boxes = shown.evaluate(IN_BOXES)
    assert len(boxes) == 22 and all(inside for *_, inside in boxes)
    for at, (left, top, right, bottom, _) in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    shown.screenshot(path=str(page.with_suffix(".png")), full_page=True)
    shown.close()
