"""The report meets WCAG 2.1 AA (axe in headless Chromium) at 1280 and at 400 pixels, full and empty."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from hervat.report import write_page
from tests.support.overviews import empty, full

_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGS)
        yield found
        found.close()


def opened(browser, path, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    assert complaints == []
    return page


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("overview", [full(), empty()], ids=["full", "empty"])
def test_axe_finds_nothing_and_nothing_sticks_out(browser, tmp_path, overview, width):
    page = opened(browser, write_page(overview, tmp_path), width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_file_name_without_a_place_to_break_does_not_stick_out(browser, tmp_path):
    night = full()
    long = [
        type(one)(one.download_id, "x" * 180, one.row, one.reason, one.correction, one.since, one.days)
        for one in night.held
    ]
    page = opened(browser, write_page(full(held=long, name="Y" * 90), tmp_path), 400)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.close()


def test_the_style_is_applied_under_its_own_policy(browser, tmp_path):
    page = opened(browser, write_page(full(), tmp_path), 1280)
    assert page.evaluate("getComputedStyle(document.querySelector('header')).backgroundColor") == "rgb(21, 66, 115)"
    page.close()


def test_the_keyboard_reaches_the_content_first(browser, tmp_path):
    page = opened(browser, write_page(full(), tmp_path), 1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#inhoud"
    page.close()
