"""Watch every transaction of a register in this process: a fact about a person goes with a line in the journal.

A night reads its persons again when the journal shows such a line (decision 31), so a fact without one is not seen.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from hervat.settling import people_once

_FACT = re.compile(
    r"\s*(?:insert into|update|delete from|copy)\s+\"?(person|identifier|signal|decision|ownership|hold)\"?(?=[\s(])",
    re.IGNORECASE,
)
_NO_CHANGE = "where false"  # how SQLite's lock for writing is taken
_KEPT = "facts of this transaction"


def _lines(connection: Connection) -> set[tuple[str, str]]:
    """Return the lines (gemeente, hash) with another action than those that let the persons stay as they were read."""
    cursor = connection.connection.cursor()
    but = ", ".join(f"'{action}'" for action in sorted(people_once._OF_NO_PERSON))
    cursor.execute(f"select municipality, hash from journal where action not in ({but}) order by seq desc limit 200")
    found = {(str(code), str(line)) for code, line in cursor.fetchall()}
    cursor.close()
    return found


@contextmanager
def facts_watched() -> Iterator[list[str]]:
    """Yield a list that gets what was committed to the tables of facts without a line; new numbers alone need none."""
    unsaid: list[str] = []

    def before(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        told = _FACT.match(statement)
        if told is None or _NO_CHANGE in statement:
            return
        _, written = connection.info.setdefault(_KEPT, (_lines(connection), set[str]()))
        written.add(f"{statement.split(maxsplit=1)[0].lower()} {told[1].lower()}")

    def commit(connection: Connection) -> None:
        then, written = connection.info.pop(_KEPT, (set(), set()))
        if written - {"insert person", "insert identifier"} and not _lines(connection) - then:
            unsaid.append(", ".join(sorted(written)))

    def rollback(connection: Connection) -> None:
        connection.info.pop(_KEPT, None)

    heard = (("before_cursor_execute", before), ("commit", commit), ("rollback", rollback))
    for name, listener in heard:
        event.listen(Engine, name, listener)
    try:
        yield unsaid
    finally:
        for name, listener in heard:
            event.remove(Engine, name, listener)
