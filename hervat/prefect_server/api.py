"""A few questions to a Prefect server over its HTTP API, with the log-in."""

import base64
import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from hervat.errors import HervatError

_SECONDS = 10
_NIGHTS = ("nightly", "fleet")


class ServerSilent(HervatError):
    """The server does not answer, or not as one of ours."""


class Api:
    """The API of one server. Each question raises ServerSilent when it gets no answer."""

    def __init__(self, url: str, login: str | None) -> None:
        self.url, self._login = url.rstrip("/"), login

    def ask(self, path: str, **body: Any) -> Any:
        """Return the answer to a POST with these values."""
        request = urllib.request.Request(  # noqa: S310 - the URL is the server's own
            f"{self.url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        if self._login:
            request.add_header("Authorization", f"Basic {base64.b64encode(self._login.encode()).decode()}")
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = "the log-in is not right" if error.code == 401 else f"status {error.code}"
            raise ServerSilent(f"Prefect's server at {self.url} refused a question: {problem}") from None
        except (OSError, ValueError) as error:
            raise ServerSilent(f"Prefect's server at {self.url} does not answer ({type(error).__name__})") from None

    def nights_are_on(self) -> bool:
        """True if a schedule of the night is active, and its deployment not paused."""
        nights = self.ask("deployments/filter", deployments={"name": {"any_": list(_NIGHTS)}})
        return any(schedule["active"] for night in nights if not night["paused"] for schedule in night["schedules"])

    def next_night(self) -> datetime | None:
        """Return the start of the next night that the server itself scheduled; None if there is none."""
        filters = {
            "deployments": {"name": {"any_": list(_NIGHTS)}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        runs = self.ask("flow_runs/filter", **filters, sort="EXPECTED_START_TIME_ASC", limit=50)
        times = [datetime.fromisoformat(run["expected_start_time"]) for run in runs if run["auto_scheduled"]]
        return min(times, default=None)
