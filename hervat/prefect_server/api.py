"""A Prefect server's answers over its HTTP API, with the log-in, and its health: is a next night scheduled."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hervat.errors import HervatError
from hervat.prefect_server.environment import Home, repeated_errors

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

    def moved(self, entrypoints: Mapping[str, str]) -> list[str]:
        """Return the deployments (of these names, with what they should start) that another hervat made."""
        wanted = {"tags": {"all_": ["hervat"]}, "name": {"any_": list(entrypoints)}}
        found = self.ask("deployments/filter", deployments=wanted)
        return sorted(one["name"] for one in found if one["entrypoint"] != entrypoints[one["name"]])


@dataclass(frozen=True)
class Health:
    """The start of the next night, and the problems; each line says what to do.

    scheduled: a schedule of the night is active, so that the server will make a next one when its scheduler comes by.
    """

    next_night: datetime | None = None
    scheduled: bool = False
    wrong: list[str] = field(default_factory=list)


def health(api: Api, log: Path | None = None) -> Health:
    """Ask a server how it is. log: its log, where it is ours."""
    errors = repeated_errors(log) if log is not None else []
    wrong = [f"Prefect's server fails again and again: {error}; see {log}" for error in errors]
    try:
        night, scheduled = api.next_night(), api.nights_are_on()
    except ServerSilent as error:
        return Health(wrong=[str(error), *wrong])
    if not scheduled:
        wrong.insert(0, "no next night is scheduled: the schedule of `nightly` was paused; switch it on in the UI")
    elif night is None:
        wrong.insert(0, f"no next night is scheduled: Prefect's scheduler does not make it; see {log or 'its log'}")
    return Health(night, scheduled, wrong)


def flaws(home: Home, environment: Mapping[str, str], entrypoints: Mapping[str, str]) -> list[str]:
    """Return the problems of this installation's server: its own of `serve`, or the configured one.

    entrypoints: what each deployment should start. Empty where neither was ever used: then something else starts the
    nights.
    """
    port, url = home.port(), environment.get("PREFECT_API_URL")
    if url is not None:
        api = Api(url, environment.get("PREFECT_API_AUTH_STRING"))
        return [*health(api).wrong, *_moved(api, entrypoints, "run `hervat deploy`")]
    if port is None:
        return []
    api = Api(f"http://127.0.0.1:{port}/api", home.login())
    problems = health(api, home.log).wrong
    advice = f"start `hervat serve`, or remove {home.path} where something else starts the nights"
    problems = [f"{text}; {advice}" if "does not answer" in text else text for text in problems]
    return [*problems, *_moved(api, entrypoints, "stop `hervat serve` and start it again (it does `hervat deploy`)")]


def _moved(api: Api, entrypoints: Mapping[str, str], mend: str) -> list[str]:
    try:
        moved = api.moved(entrypoints)
    except ServerSilent:
        return []  # its health says so
    return [f"deployments of another hervat, whose runs would fail: {', '.join(moved)}; {mend}"] if moved else []
