"""Health of a Prefect server: the next night is scheduled, and its log repeats no error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hervat.prefect_server.api import Api, ServerSilent
from hervat.prefect_server.environment import Home
from hervat.prefect_server.log import repeated_errors


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


def flaws(home: Home, environment: Mapping[str, str]) -> list[str]:
    """Return the problems of this installation's server: its own of `serve`, or the configured one.

    Empty where neither was ever used: then something else starts the nights.
    """
    port, url = home.port(), environment.get("PREFECT_API_URL")
    if url is not None:
        return health(Api(url, environment.get("PREFECT_API_AUTH_STRING"))).wrong
    if port is None:
        return []
    problems = health(Api(f"http://127.0.0.1:{port}/api", home.login()), home.log).wrong
    advice = f"start `hervat serve`, or remove {home.path} where something else starts the nights"
    return [f"{text}; {advice}" if "does not answer" in text else text for text in problems]
