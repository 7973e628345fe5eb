"""Prefect's pages in headless Chromium, as a data engineer uses them: log in, fill in a form, submit it."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, Request, TimeoutError, sync_playwright

_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


_PATIENCE = 90
"""Seconds until something must have appeared, on a machine that does much else."""


class PrefectUi:
    """The pages of one server, logged in."""

    def __init__(self, page: Page, url: str, login: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(_PATIENCE * 1000)
        self._sent: list[Request] = []
        page.on("request", lambda one: self._sent.append(one) if one.url.endswith("/create_flow_run") else None)
        page.add_locator_handler(page.locator("[data-sonner-toast][data-type=error]").first, self._off_the_toast)
        page.goto(f"{url}/v2/login")
        page.locator("input[type=password]").fill(login)
        page.keyboard.press("Enter")
        page.wait_for_url("**/dashboard**")

    def fill(self, deployment: str, *, choose: dict[str, str], today: tuple[str, ...] = (), **texts: str) -> None:
        """Fill in the form of a deployment (its id): texts, choices from a list, and the days that are today.

        Where a list or calendar closed again under the pointer, the page is loaded anew, as a person does.
        """
        self.page.set_default_timeout(_PATIENCE * 1000 / 3)
        for last in (False, False, True):
            try:
                self._fill(deployment, choose, today, texts)
                break
            except TimeoutError:
                if last:
                    raise
        self.page.set_default_timeout(_PATIENCE * 1000)

    def _fill(self, deployment: str, choose: dict[str, str], today: tuple[str, ...], texts: dict[str, str]) -> None:
        self.page.goto(f"{self.url}/v2/deployments/deployment/{deployment}/run")
        self.page.get_by_text("Parameters", exact=True).wait_for()
        for label, text in texts.items():
            self._field(label).fill(text)
        for label, option in choose.items():
            self._field(label).click()
            self.page.get_by_role("option", name=option, exact=True).click()
        for label in today:
            self._field(label).click()
            self.page.locator("button[aria-label^=Today]").click()
            self.page.keyboard.press("Escape")

    def submit(self) -> None:
        """Press the button until the server takes the run, and wait until the page says so."""
        self.pressed()
        self.page.get_by_text("scheduled to start now").first.wait_for()

    def pressed(self) -> int:
        """Press the button until there is an answer, and return its status. The database may be busy for a moment (503);
        a page that is not ready yet sends nothing.
        """
        for _ in range(10):
            if (status := self._press()) not in (None, 503):
                break
            self.page.wait_for_timeout(1000)
        assert status is not None
        return status

    def _press(self) -> int | None:
        before = len(self._sent)
        self.page.get_by_role("button", name="Submit").click()
        for _ in range(50):
            if len(self._sent) > before:
                answer = self._sent[-1].response()
                return answer and answer.status
            self.page.wait_for_timeout(200)
        return None

    def _off_the_toast(self) -> None:
        """Take the pointer away from a message that covers what is to be clicked: it stays while one points at it."""
        self.page.mouse.move(0, 0)

    def _field(self, label: str) -> Locator:
        found = self.page.locator("label").filter(has_text=re.compile(rf"^{label}( \(Optional\))?$"))
        return self.page.locator(f"[id='{found.get_attribute('for')}']")


@contextmanager
def prefect_ui(port: int, login: str) -> Iterator[PrefectUi]:
    """Open the pages of a server on this machine in headless Chromium, 1280 pixels wide."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Amsterdam")
        yield PrefectUi(page, f"http://127.0.0.1:{port}", login)
        browser.close()
