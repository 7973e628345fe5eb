"""A few questions to a Prefect server over its HTTP API, with the log-in."""

import base64
import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any

from hervat.errors import HervatError

_SECONDS = 10


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
            said = "the log-in is not right" if error.code == 401 else f"status {error.code}"
            raise ServerSilent(f"Prefect's server at {self.url} refused a question: {said}") from None
        except (OSError, ValueError) as error:
            raise ServerSilent(f"Prefect's server at {self.url} does not answer ({type(error).__name__})") from None

    def next_night(self) -> datetime | None:
        """Return when the next night starts that the server itself scheduled; None: there is none."""
        wanted = {
            "deployments": {"name": {"any_": ["nightly", "fleet"]}},
            "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}},
        }
        found = self.ask("flow_runs/filter", **wanted, sort="EXPECTED_START_TIME_ASC", limit=50)
        times = [datetime.fromisoformat(one["expected_start_time"]) for one in found if one["auto_scheduled"]]
        return min(times, default=None)
