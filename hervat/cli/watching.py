"""What `hervat serve` watches while it serves: that a next night is scheduled, and that the nights do end well."""

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from hervat.prefect_server import Health, PrefectServer, health
from hervat.settings import Settings

_HERE = ZoneInfo("Europe/Amsterdam")
_OFTEN, _SELDOM = 5, 60
_GRACE = 90
"""Seconds that the server gets to schedule its first night: its scheduler comes by once a minute."""


class Watch:
    """A look at the health of a server now and then; what is new in it is said, and once."""

    def __init__(self, settings: Settings, server: PrefectServer, say: Callable[[str], None]) -> None:
        self._settings, self._server, self._say = settings, server, say
        self._begun = self._looked = time.monotonic()
        self._last: Health | None = None

    def look_when_due(self) -> None:
        """Look each minute; often at first, until it is known when the next night starts."""
        now = time.monotonic()
        early = now - self._begun < _GRACE and (self._last is None or self._last.next_night is None)
        if now - self._looked >= (_OFTEN if early else _SELDOM):
            self._looked = now
            self._look(early)

    def _look(self, early: bool) -> None:
        now = health(self._server.api, self._server.place.log, self._server.log_start)
        if early and now.next_night is None:
            return
        before = self._last or Health()
        if now.next_night is not None and now.next_night != before.next_night:
            self._say(f"the next night starts on {local(now.next_night)}")
        for text in now.wrong:
            if text not in before.wrong:
                self._say(f"error: {text}")
        self._last = now


def local(moment: datetime) -> str:
    """Return a moment as the day and time in the Netherlands."""
    return f"{moment.astimezone(_HERE):%Y-%m-%d at %H:%M}"
