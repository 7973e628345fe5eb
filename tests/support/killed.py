"""A process of one thread that forks executions of a plan on SQLite, each of which kills itself one statement later.

    python -m tests.support.killed SYSTEM PERSONS      (both as JSON)

Prints one object. `kills`: after how many statements that write, the commit among them; `journals`: how often half of
the work lay in the file and was played back from the journal; `wrong`: after which kills a row was not as before.
"""

import json
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event

from hervat.erasure import execute, make_plan, open_system
from hervat.settings import System

_KILLED = -signal.SIGKILL


def main(system: System, persons: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """Kill one execution after another, until one comes to its end. Raises RuntimeError where one fails."""
    path = Path(str(system.database).removeprefix("sqlite:///"))
    journal, before = path.with_name(f"{path.name}-journal"), _dumped(path)
    with open_system(system) as local:
        plan = make_plan(local, persons)
    found: dict[str, Any] = {"kills": 0, "journals": 0, "wrong": []}
    while (ended := _forked(system, persons, plan.hash, found["kills"] + 1)) == _KILLED:
        found["kills"] += 1
        found["journals"] += journal.exists()
        if _dumped(path) != before:
            found["wrong"].append(found["kills"])
    if ended:
        raise RuntimeError(f"an execution failed after {found['kills']} were killed")
    return found


def _forked(system: System, persons: Mapping[str, frozenset[str]], hash_: str, at: int) -> int:
    """Return how an execution ended that was to be killed after so many statements."""
    if not (child := os.fork()):
        try:
            _execute(system, persons, hash_, at)
            os._exit(0)
        finally:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _execute(system: System, persons: Mapping[str, frozenset[str]], hash_: str, at: int) -> None:
    written = 0

    def wrote() -> None:
        nonlocal written
        written += 1
        if written == at:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_system(system) as local:

        @event.listens_for(local.engine, "connect")
        def small(driver: Any, _record: Any) -> None:
            driver.execute("PRAGMA cache_size=1")  # what is changed goes to the file at once

        @event.listens_for(local.engine, "after_cursor_execute")
        def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith(("DELETE", "UPDATE")) and "hervat_" not in statement.split()[1]:
                wrote()

        @event.listens_for(local.engine, "commit")
        def commit(_connection: Any) -> None:
            if written:
                wrote()

        execute(local, persons, hash_)


def _dumped(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


if __name__ == "__main__":
    asked = {key: frozenset(bsns) for key, bsns in json.loads(sys.argv[2]).items()}
    print(json.dumps(main(System.model_validate_json(sys.argv[1]), asked)))
