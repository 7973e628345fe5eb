"""How hervat connects to a PostgreSQL of others: it gives up on a dead host or a held lock, it never waits for ever."""

from typing import Any

from sqlalchemy import URL

CONNECT_SECONDS = 10
LOCK_TIMEOUT = "30s"


def patience(url: URL, *options: str) -> dict[str, Any]:
    """Return the connect arguments for a local system, {} for what is no PostgreSQL; `options`: more, as name=value.

    A lock that is not given within the time-out is an error of that system (design, rule 3), for reading too.
    """
    if url.get_backend_name() != "postgresql":
        return {}
    given = url.query.get("options", "")
    said = given if isinstance(given, str) else " ".join(given)
    # What comes last rules: the URL may ask for another time-out, but not undo `options`.
    settings = [f"-c lock_timeout={LOCK_TIMEOUT}", said, *(f"-c {one}" for one in options)]
    return {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "hervat",
        "options": " ".join(filter(None, settings)),
    }
