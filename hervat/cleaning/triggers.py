"""The database's own triggers: on which table and event, and which tables their text writes to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from hervat.cleaning.databases import database_of

_EVENTS = re.compile(r"\b(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.IGNORECASE)
_ON = re.compile(r"\bON\b", re.IGNORECASE)
_WRITES = re.compile(
    r"\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"
    r"(?:ONLY\s+)?(?:[\"`]?\w+[\"`]?\s*\.\s*)?[\"`\[]?(\w+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Trigger:
    """A trigger. `writes` are the tables that its text names as written to; what it calls can't be seen."""

    name: str
    table: str
    events: frozenset[str]
    definition: str
    writes: frozenset[str]

    def __str__(self) -> str:
        to = f"writes to {', '.join(sorted(self.writes))}" if self.writes else "writes to no table by its own text"
        return f"{self.name} on {self.table} ({to})"


def read_triggers(connection: Connection, tables: Iterable[str]) -> tuple[Trigger, ...]:
    """Return the triggers that are on, of the default schema."""
    known = {name.lower(): name for name in tables}
    found = [_trigger(known, *row) for row in database_of(connection).triggers(connection)]
    return tuple(sorted(found, key=lambda one: (one.table, one.name)))


def _trigger(known: dict[str, str], name: str, table: str, definition: str, body: str) -> Trigger:
    head = _ON.split(definition, maxsplit=1)[0]
    written = _WRITES.findall(body or definition[len(head) :])
    return Trigger(
        name=name,
        table=known.get(table.lower(), table),
        events=frozenset(event.upper() for event in _EVENTS.findall(head)),
        definition=definition + body,
        writes=frozenset(known[one.lower()] for one in written if one.lower() in known),
    )
