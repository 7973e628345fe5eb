"""How hervat connects to a PostgreSQL of others: it gives up on a dead host or a held lock, it never waits for ever."""

import re
from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine, event

from hervat.local_database.postgresql import SETTINGS, pin

CONNECT_SECONDS = 10
LOCK_SECONDS = 30


def engine_on(
    system: str,
    url: URL,
    lock: int | None = None,
    statement: int | None = None,
    reading: bool = False,
    **manners: Any,
) -> Engine:
    """Return an engine whose sessions have hervat's own settings. See `hervat.local_database.entrance.engine_on`."""
    given = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "hervat",
        "client_encoding": "utf8",
    }
    more = {"isolation_level": "REPEATABLE READ"} if reading else {}
    engine = create_engine(url, connect_args=given, **{"hide_parameters": True, **more, **manners})
    settings = {**SETTINGS, **_waits(url, lock, statement)}

    def connect(dialect: Dialect, _record: object, args: Any, named: Any) -> Any:
        connection = dialect.connect(*args, **named)
        try:
            pin(connection, system, settings, writing=not reading)
        except BaseException:
            connection.close()
            raise
        return connection

    event.listen(engine, "do_connect", connect)
    return engine.execution_options(postgresql_readonly=True) if reading else engine


def _waits(url: URL, lock: int | None, statement: int | None) -> dict[str, str]:
    """Return how long is waited: as configured, else as the URL's options ask, else hervat's own measure.

    A lock that is not given within the time-out is an error of that system (design, rule 3), for reading too.
    """
    said = str(url.query.get("options", ""))
    wanted = {"lock_timeout": (lock, LOCK_SECONDS), "statement_timeout": (statement, 0)}
    return {
        name: f"{own if configured is None else configured}s"
        for name, (configured, own) in wanted.items()
        if configured is not None or not re.search(rf"\b{name.replace('_', '[_-]')}\s*=", said)
    }
