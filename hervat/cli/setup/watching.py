"""The watch of `hervat serve`: is a next night scheduled, and do the nights end well?"""

import re
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from hervat.alerts import of_stopped, send
from hervat.errors import HervatError
from hervat.prefect_server import Health, PrefectServer, health
from hervat.register import Register, gone_silent
from hervat.settings import Settings

_HERE = ZoneInfo("Europe/Amsterdam")
_OFTEN, _SELDOM = 5, 60
_GRACE = 90
"""Seconds that the server gets to schedule its first night: its scheduler comes by once a minute."""


class Watch:
    """A regular look at the health of a server; prints each news once."""

    def __init__(self, settings: Settings, server: PrefectServer, log: Callable[[str], None]) -> None:
        self._settings, self._server, self._log = settings, server, log
        self._begun = self._looked = time.monotonic()
        self._last: Health | None = None

    def look_when_due(self) -> None:
        """Look every minute; more often at first, until it is known when the next night starts."""
        now = time.monotonic()
        early = now - self._begun < _GRACE and (self._last is None or self._last.next_night is None)
        if now - self._looked >= (_OFTEN if early else _SELDOM):
            self._looked = now
            self._look(early)

    def _look(self, early: bool) -> None:
        now = health(self._server.api, self._server.place.log)
        if early and now.next_night is None and now.scheduled:
            return  # its scheduler has not come by yet
        now.wrong.extend(self._overdue())
        before = self._last or Health()
        if now.next_night is not None and now.next_night != before.next_night:
            self._log(f"the next night starts on {local(now.next_night)}")
        fresh = [text for text in now.wrong if _kind(text) not in {_kind(old) for old in before.wrong}]
        for text in fresh:
            self._log(f"error: {text}")
        if fresh and self._settings.alert is not None:
            for text in send(self._settings.alert, of_stopped("age"), self._log):
                self._log(f"error: {text}")
        self._last = now

    def _overdue(self) -> list[str]:
        """Return the municipalities whose last good night is too long ago; one without any yet is new."""
        register = Register(self._settings.register_url)
        if not register.exists():
            return []
        try:
            with register.session() as session:
                if not inspect(session.connection()).has_table("run"):
                    return []
                return [
                    told
                    for municipality in self._settings.municipalities
                    if (told := gone_silent(session, municipality.code))
                ]
        except HervatError as error:
            return [str(error)]
        finally:
            register.close()


def _kind(text: str) -> str:
    """Return a line without its figures: how long ago and how often grow by the minute."""
    return re.sub(r"\d+ (?:minutes|hours|days|times)|\d{4}-\d\d-\d\d at \d\d:\d\d", "", text)


def local(moment: datetime) -> str:
    """Return a moment as day and time in the Netherlands."""
    return f"{moment.astimezone(_HERE):%Y-%m-%d at %H:%M}"
