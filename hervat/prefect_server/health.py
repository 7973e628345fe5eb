"""Whether the nights of a server start by themselves: a next one is scheduled, and its log repeats no error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from hervat.prefect_server.api import Api, ServerSilent
from hervat.prefect_server.environment import Home
from hervat.prefect_server.log import repeated_errors


@dataclass(frozen=True)
class Health:
    """When the next night starts, and what is wrong; each line names the mend.

    scheduled: a schedule of the night is active, so that the server will make a next one when its scheduler comes by.
    """

    next_night: datetime | None = None
    scheduled: bool = False
    wrong: list[str] = field(default_factory=list)


def health(api: Api, log: Path | None = None) -> Health:
    """Ask a server how it is. log: its log, where it is ours."""
    errors = repeated_errors(log) if log is not None else []
    wrong = [f"Prefect's server fails again and again: {one}; see {log}" for one in errors]
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
    """Return what is wrong with the server of this installation: its own of `serve`, or the one that is named.

    Empty where neither was ever used: then something else starts the nights.
    """
    port, url = home.port(), environment.get("PREFECT_API_URL")
    if url is not None:
        return health(Api(url, environment.get("PREFECT_API_AUTH_STRING"))).wrong
    if port is None:
        return []
    found = health(Api(f"http://127.0.0.1:{port}/api", home.login()), home.log).wrong
    mend = f"start `hervat serve`, or remove {home.path} where something else starts the nights"
    return [f"{text}; {mend}" if "does not answer" in text else text for text in found]
