"""Triggers, rules and routines of a local system, and the tables they write to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hervat.databases import (
    INSERT,
    ON_DDL,
    Place,
    Routine,
    SchemaCatalogue,
    Spelling,
    StatementRead,
    Word,
    WriteFound,
    database_of,
    name_at,
    read_text,
    words_of,
)

_EVENTS = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}


@dataclass(frozen=True)
class Trigger:
    """A trigger, rule or event trigger, with the tables that its text and every routine it calls write to.

    writes: tables that hervat reads. elsewhere: those of other schemas and databases. made: every (table or view,
    event) that it causes, which may set off another. unseen: writes that no text shows. own: those of `writes` that its
    own text names, not the text of a routine.
    """

    name: str
    table: str
    events: frozenset[str]
    definition: str
    writes: frozenset[str]
    elsewhere: frozenset[str] = frozenset()
    made: frozenset[tuple[str, str]] = frozenset()
    unseen: tuple[str, ...] = ()
    kind: str = "trigger"
    own: frozenset[str] = frozenset()

    def __str__(self) -> str:
        tables = sorted(self.writes | self.elsewhere)
        parts = [f"writes to {', '.join(tables)}"] if tables else []
        parts += [f"writes where hervat can't see: {', '.join(self.unseen)}"] if self.unseen else []
        kind = "" if self.kind == "trigger" else f"{self.kind} "
        return f"{kind}{self.name} on {self.table} ({'; '.join(parts) or 'writes to no table by its own text'})"


def read_triggers(connection: Connection, tables: Iterable[str]) -> tuple[Trigger, ...]:
    """Return the active triggers and rules, of every schema that the account may see; tables: those that are read."""
    database, names = database_of(connection), list(tables)
    writers = database.triggers(connection)
    if not writers:
        return ()
    catalogue = database.catalogue(connection, names)
    triggers = [_trigger(names, catalogue, writer) for writer in writers]
    return tuple(sorted(triggers, key=lambda trigger: (trigger.kind == ON_DDL, trigger.table, trigger.name)))


def _trigger(known: Sequence[str], catalogue: SchemaCatalogue, writer: WriteFound) -> Trigger:
    tables = {name.lower(): name for name in known} if catalogue.any_case else {name: name for name in known}
    events, body = _events_and_body(catalogue, writer)
    reach = trigger_reach(catalogue, writer, body)

    def folded(names: Iterable[str]) -> set[str]:
        return {name.lower() if catalogue.any_case else name for name in names}

    shown = {(tables.get(name.lower() if catalogue.any_case else name, name), event) for name, event in reach.made}
    return Trigger(
        name=writer.name,
        table=tables.get(writer.table.lower() if catalogue.any_case else writer.table, writer.table),
        events=events,
        definition="".join([writer.definition, writer.body, *reach.bodies]),
        writes=frozenset(tables[name] for name in folded(reach.tables) if name in tables),
        elsewhere=frozenset(
            name for name in reach.tables if (name.lower() if catalogue.any_case else name) not in tables
        ),
        made=frozenset(shown),
        unseen=reach.unseen,
        kind=writer.kind,
        own=frozenset(tables[name] for name in folded(reach.own) if name in tables),
    )


def _events_and_body(catalogue: SchemaCatalogue, writer: WriteFound) -> tuple[frozenset[str], str]:
    """Return the events and the acting text: after ON (of a rule: DO) where there is no separate body."""
    if writer.event:
        events = frozenset(writer.event.upper().split())
        return (events & _EVENTS or frozenset([writer.event])), writer.body or _text_after(writer.definition, "do")
    words = words_of(writer.definition, catalogue.spelling)
    end = next((at for at, word in enumerate(words) if word.low == "on"), len(words))
    events = frozenset(word.low.upper() for word in words[:end]) & _EVENTS
    return events, writer.body or _text_after(writer.definition, "on")


def _text_after(definition: str, word: str) -> str:
    """Return the text after the first such word; a longer text does no harm: no table is named before it."""
    low = definition.lower()
    at = next((at for at in range(len(low)) if low.startswith(word, at) and _is_whole_word(low, at, len(word))), None)
    return definition if at is None else definition[at:]


def _is_whole_word(text: str, at: int, length: int) -> bool:
    around = text[at - 1 : at] + text[at + length : at + length + 1]
    return not any(letter.isalnum() or letter == "_" for letter in around)


def set_off(
    triggers: Iterable[Trigger],
    deleted: Iterable[str],
    updated: Iterable[str],
    cascades: Iterable[tuple[str, str, str]],
) -> list[Trigger]:
    """Return the triggers that deleting from and updating these tables sets off, then those that these set off in turn.

    cascades: (target, table, event) of keys by which a deletion goes on. Event triggers come last: hervat makes
    temporary tables.
    """
    known = list(triggers)
    pairs = {(table, "DELETE") for table in deleted} | {(table, "UPDATE") for table in updated}
    if not pairs:
        return []
    met: dict[Trigger, None] = dict.fromkeys(trigger for trigger in known if fires(trigger, pairs))
    always = [trigger for trigger in known if trigger.kind == ON_DDL]
    fresh = [*met, *always]
    later: dict[Trigger, None] = {}
    while fresh:
        pairs |= _with_cascades({pair for trigger in fresh for pair in trigger.made}, list(cascades))
        fresh = [trigger for trigger in known if trigger not in met and trigger not in later and fires(trigger, pairs)]
        later |= dict.fromkeys(fresh)
    return [*met, *later, *always]


def fires(trigger: Trigger, pairs: set[tuple[str, str]]) -> bool:
    """True if one of these (table, event) pairs sets off the trigger."""
    return any((trigger.table, event) in pairs for event in trigger.events)


def _with_cascades(pairs: set[tuple[str, str]], cascades: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
    all_pairs, fresh = set(pairs), set(pairs)
    while fresh:
        emptied = {table for table, event in fresh if event in ("DELETE", "TRUNCATE")}
        fresh = {(table, event) for target, table, event in cascades if target in emptied} - all_pairs
        all_pairs |= fresh
    return all_pairs


_MAX_ROUTINES = 200  # routines that one trigger may reach
_PLACEHOLDER = re.compile(r"%(?:\d+\$)?[IsL]")


@dataclass
class TriggerReach:
    """Everything that a trigger reaches.

    tables: those written to, own: by its own text. made: (table or view, event). bodies: routines followed.
    """

    tables: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    made: set[tuple[str, str]] = field(default_factory=set)
    bodies: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def unseen(self) -> tuple[str, ...]:
        """The reasons why it may write to more than is named, without repeats."""
        return tuple(dict.fromkeys(self.reasons))


def trigger_reach(catalogue: SchemaCatalogue, writer: WriteFound, body: str) -> TriggerReach:
    """Return everything that a trigger reaches by its text, its arguments and the routines it calls, each read once."""
    reach, own = TriggerReach(), catalogue.at(writer.routine) if writer.routine else []
    reach.reasons += [writer.unseen] if writer.unseen else []
    reach.reasons += [routine.unseen for routine in own if routine.unseen]
    todo: list[tuple[str, tuple[str, ...] | None, str]] = [(body, writer.path, "")]
    seen = {id(routine) for routine in own}
    while todo and len(seen) < _MAX_ROUTINES:
        text, path, where = todo.pop()
        read = read_text(text, catalogue.spelling)
        _record_statement(reach, catalogue, read, path, where)
        if not where:
            reach.own |= reach.tables
        if read.unseen or reach.reasons:
            _guess(reach, catalogue, writer, read, path)
        for routine in _routines_called(catalogue, read, path, reach):
            if id(routine) not in seen:
                seen.add(id(routine))
                reach.bodies.append(routine.body)
                reach.reasons += [f"{routine.unseen} ({_shown(routine)})"] if routine.unseen else []
                todo.append((routine.body, path if routine.path is None else routine.path, _shown(routine)))
    reach.bodies.sort()
    return reach


def _shown(routine: Routine) -> str:
    return f"{'.'.join(filter(None, routine.place))}()"


def _record_statement(
    reach: TriggerReach, catalogue: SchemaCatalogue, read: StatementRead, path: tuple[str, ...] | None, where: str
) -> None:
    reach.reasons += [f"{why} ({where})" if where else why for why in read.unseen]
    for write in read.writes:
        for place in catalogue.places(write.name, path):
            _record(reach, catalogue, place, write.events)


def _record(reach: TriggerReach, catalogue: SchemaCatalogue, place: Place, events: Iterable[str]) -> None:
    """Record a table; for a view the tables below it, for a part the whole."""
    seen, todo = set[Place](), [place]
    while todo:
        at = todo.pop()
        seen.add(at)
        relation = catalogue.relation(at)
        below = [relation.whole] if relation and relation.whole else list(relation.bases) if relation else []
        reach.made |= {(catalogue.shown(at), event) for event in events}
        reach.reasons += _beyond(catalogue, at)
        if not below:
            reach.tables.add(catalogue.shown(at))
        todo += [lower for lower in below if lower and lower not in seen]


def _beyond(catalogue: SchemaCatalogue, place: Place) -> Iterator[str]:
    """Yield the effects that stay unseen: on another server, or by triggers that are not shown."""
    relation = catalogue.relation(place)
    if relation and relation.abroad:
        yield f"another server (by {catalogue.shown(place)})"
    if catalogue.sighted is not None and place[0] and place[0] not in catalogue.sighted:
        yield f"the triggers of {place[0]}, which this account may not see (TRIGGER)"


def _routines_called(
    catalogue: SchemaCatalogue, read: StatementRead, path: tuple[str, ...] | None, reach: TriggerReach
) -> Iterator[Routine]:
    for name in read.calls:
        routines = catalogue.called(name, path)
        yield from routines
        if not routines and catalogue.is_hidden(name):
            shown = ".".join(word.text for word in name)
            reach.reasons.append(f"the text of {shown}(), which this account may not see")


def _guess(
    reach: TriggerReach,
    catalogue: SchemaCatalogue,
    writer: WriteFound,
    read: StatementRead,
    path: tuple[str, ...] | None,
) -> None:
    """Name the existing tables that a dynamic statement most likely means; the rest stays unseen."""
    own = writer.table.rpartition(".")[2]
    for text in (*read.texts, *writer.arguments):
        filled = read_text(_PLACEHOLDER.sub(own, text), catalogue.spelling, 0)
        names = [write.name for write in filled.writes] + list(_as_names(text, own, catalogue.spelling))
        for place in (place for name in names for place in catalogue.places(name, path)):
            if catalogue.relation(place) and catalogue.shown(place) != writer.table:
                _record(reach, catalogue, place, [INSERT])


def _as_names(text: str, own: str, spelling: Spelling) -> Iterator[tuple[Word, ...]]:
    """Yield the table that a text names, or forms from the trigger's own table with a prefix or suffix."""
    prefix, suffix = (own if text.startswith("_") else ""), (own if text.endswith("_") else "")
    words = words_of(f"{prefix}{text.strip()}{suffix}", spelling)
    name, end = name_at(words, 0)
    if name and end == len(words):
        yield name
