"""What the tests of the whole share."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.facts import facts_watched

_PLAIN = ["--no-sandbox", "--disable-gpu"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_PLAIN)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def facts_with_lines() -> Iterator[None]:
    """No test of the whole commits a fact about a person without a line in the journal: a night goes by these."""
    with facts_watched() as unsaid:
        yield
    assert not unsaid, unsaid
