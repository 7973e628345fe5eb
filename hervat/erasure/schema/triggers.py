"""Triggers, rules and routines of a local system, and the tables they write to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from hervat.databases import INSERT, ON_DDL, Place, Routine, SchemaCatalogue, WriteFound, database_of, name_at
from hervat.databases.texts import Spelling, StatementRead, Word, read_text, words_of

_EVENTS = {"INSERT", "UPDATE", "DELETE", "TRUNCATE"}


@dataclass(frozen=True)
class Trigger:
    """A trigger, rule or event trigger, with what its text and all that it calls write to.

    writes: tables that hervat reads. elsewhere: those of other schemas and databases. made: every (table or view,
    event) that it brings about, which may set off another. unseen: ways in which it writes that no text shows. own:
    those of `writes` that its own text names, not that of a routine.
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
        named = sorted(self.writes | self.elsewhere)
        to = [f"writes to {', '.join(named)}"] if named else []
        to += [f"writes where hervat can't see: {', '.join(self.unseen)}"] if self.unseen else []
        kind = "" if self.kind == "trigger" else f"{self.kind} "
        return f"{kind}{self.name} on {self.table} ({'; '.join(to) or 'writes to no table by its own text'})"


def read_triggers(connection: Connection, tables: Iterable[str]) -> tuple[Trigger, ...]:
    """Return the triggers and rules that are on, of every schema that the account may see; tables: those read."""
    database, known = database_of(connection), list(tables)
    found = database.triggers(connection)
    if not found:
        return ()
    catalogue = database.catalogue(connection, known)
    triggers = [_trigger(known, catalogue, one) for one in found]
    return tuple(sorted(triggers, key=lambda one: (one.kind == ON_DDL, one.table, one.name)))


def _trigger(known: Sequence[str], catalogue: SchemaCatalogue, one: WriteFound) -> Trigger:
    tables = {name.lower(): name for name in known} if catalogue.any_case else {name: name for name in known}
    events, body = _events_and_body(catalogue, one)
    reach = trigger_reach(catalogue, one, body)

    def folded(names: Iterable[str]) -> set[str]:
        return {name.lower() if catalogue.any_case else name for name in names}

    shown = {(tables.get(name.lower() if catalogue.any_case else name, name), event) for name, event in reach.made}
    return Trigger(
        name=one.name,
        table=tables.get(one.table.lower() if catalogue.any_case else one.table, one.table),
        events=events,
        definition="".join([one.definition, one.body, *reach.bodies]),
        writes=frozenset(tables[name] for name in folded(reach.tables) if name in tables),
        elsewhere=frozenset(
            name for name in reach.tables if (name.lower() if catalogue.any_case else name) not in tables
        ),
        made=frozenset(shown),
        unseen=reach.unseen,
        kind=one.kind,
        own=frozenset(tables[name] for name in folded(reach.own) if name in tables),
    )


def _events_and_body(catalogue: SchemaCatalogue, one: WriteFound) -> tuple[frozenset[str], str]:
    """Return the events, and the text that acts: behind ON (of a rule: DO) where no body stands apart."""
    if one.event:
        events = frozenset(one.event.upper().split())
        return (events & _EVENTS or frozenset([one.event])), one.body or _behind(one.definition, "do")
    words = words_of(one.definition, catalogue.spelling)
    end = next((at for at, word in enumerate(words) if word.low == "on"), len(words))
    events = frozenset(word.low.upper() for word in words[:end]) & _EVENTS
    return events, one.body or _behind(one.definition, "on")


def _behind(definition: str, word: str) -> str:
    """Return what stands behind the first such word; more than that harms nothing: no table is named before it."""
    low = definition.lower()
    at = next((at for at in range(len(low)) if low.startswith(word, at) and _stands_alone(low, at, len(word))), None)
    return definition if at is None else definition[at:]


def _stands_alone(text: str, at: int, length: int) -> bool:
    around = text[at - 1 : at] + text[at + length : at + length + 1]
    return not any(one.isalnum() or one == "_" for one in around)


def set_off(
    triggers: Iterable[Trigger],
    deleted: Iterable[str],
    updated: Iterable[str],
    cascades: Iterable[tuple[str, str, str]],
) -> list[Trigger]:
    """Return the triggers that deleting from and updating these tables sets off, then those that they set off in turn.

    cascades: (target, table, event) of keys by which a deletion goes on. Event triggers come last: hervat makes
    temporary tables.
    """
    known, pairs = list(triggers), {(one, "DELETE") for one in deleted} | {(one, "UPDATE") for one in updated}
    if not pairs:
        return []
    met: dict[Trigger, None] = dict.fromkeys(one for one in known if fires(one, pairs))
    always = [one for one in known if one.kind == ON_DDL]
    fresh = [*met, *always]
    later: dict[Trigger, None] = {}
    while fresh:
        pairs |= _with_cascades({pair for one in fresh for pair in one.made}, list(cascades))
        fresh = [one for one in known if one not in met and one not in later and fires(one, pairs)]
        later |= dict.fromkeys(fresh)
    return [*met, *later, *always]


def fires(one: Trigger, pairs: set[tuple[str, str]]) -> bool:
    """Say whether one of these (table, event) sets it off."""
    return any((one.table, event) in pairs for event in one.events)


def _with_cascades(pairs: set[tuple[str, str]], cascades: Sequence[tuple[str, str, str]]) -> set[tuple[str, str]]:
    found, fresh = set(pairs), set(pairs)
    while fresh:
        gone = {table for table, event in fresh if event in ("DELETE", "TRUNCATE")}
        fresh = {(table, event) for target, table, event in cascades if target in gone} - found
        found |= fresh
    return found


_MOST = 200  # routines that one trigger may reach
_PLACEHOLDER = re.compile(r"%(?:\d+\$)?[IsL]")


@dataclass
class TriggerReach:
    """tables: those written to, own: by its own text. made: (table or view, event). bodies: routines followed."""

    tables: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    made: set[tuple[str, str]] = field(default_factory=set)
    bodies: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Why more may be written to than is named, each once."""
        return tuple(dict.fromkeys(self.reasons))


def trigger_reach(catalogue: SchemaCatalogue, one: WriteFound, body: str) -> TriggerReach:
    """Return what a trigger reaches by its text, its arguments and the routines it calls, each looked at once."""
    reach, own = TriggerReach(), catalogue.at(one.routine) if one.routine else []
    reach.reasons += [one.unseen] if one.unseen else []
    reach.reasons += [routine.unseen for routine in own if routine.unseen]
    todo: list[tuple[str, tuple[str, ...] | None, str]] = [(body, one.path, "")]
    seen = {id(routine) for routine in own}
    while todo and len(seen) < _MOST:
        text, path, where = todo.pop()
        read = read_text(text, catalogue.spelling)
        _note(reach, catalogue, read, path, where)
        if not where:
            reach.own |= reach.tables
        if read.unseen or reach.reasons:
            _guess(reach, catalogue, one, read, path)
        for routine in _called(catalogue, read, path, reach):
            if id(routine) not in seen:
                seen.add(id(routine))
                reach.bodies.append(routine.body)
                reach.reasons += [f"{routine.unseen} ({_shown(routine)})"] if routine.unseen else []
                todo.append((routine.body, path if routine.path is None else routine.path, _shown(routine)))
    reach.bodies.sort()
    return reach


def _shown(routine: Routine) -> str:
    return f"{'.'.join(filter(None, routine.place))}()"


def _note(
    reach: TriggerReach, catalogue: SchemaCatalogue, read: StatementRead, path: tuple[str, ...] | None, where: str
) -> None:
    reach.reasons += [f"{why} ({where})" if where else why for why in read.unseen]
    for write in read.writes:
        for place in catalogue.places(write.name, path):
            _written(reach, catalogue, place, write.events)


def _written(reach: TriggerReach, catalogue: SchemaCatalogue, place: Place, events: Iterable[str]) -> None:
    """Note a table; of a view the tables below it, of a part the whole."""
    seen, todo = set[Place](), [place]
    while todo:
        at = todo.pop()
        seen.add(at)
        found = catalogue.relation(at)
        below = [found.whole] if found and found.whole else list(found.bases) if found else []
        reach.made |= {(catalogue.shown(at), event) for event in events}
        reach.reasons += _beyond(catalogue, at)
        if not below:
            reach.tables.add(catalogue.shown(at))
        todo += [one for one in below if one and one not in seen]


def _beyond(catalogue: SchemaCatalogue, place: Place) -> Iterator[str]:
    """Yield what happens further on and is not seen: on another server, or by triggers that are not shown."""
    found = catalogue.relation(place)
    if found and found.abroad:
        yield f"another server (by {catalogue.shown(place)})"
    if catalogue.sighted is not None and place[0] and place[0] not in catalogue.sighted:
        yield f"the triggers of {place[0]}, which this account may not see (TRIGGER)"


def _called(
    catalogue: SchemaCatalogue, read: StatementRead, path: tuple[str, ...] | None, reach: TriggerReach
) -> Iterator[Routine]:
    for name in read.calls:
        found = catalogue.called(name, path)
        yield from found
        if not found and catalogue.is_hidden(name):
            told = ".".join(word.text for word in name)
            reach.reasons.append(f"the text of {told}(), which this account may not see")


def _guess(
    reach: TriggerReach, catalogue: SchemaCatalogue, one: WriteFound, read: StatementRead, path: tuple[str, ...] | None
) -> None:
    """Name the tables that are there and that what is put together most likely means; the rest stays unseen."""
    own = one.table.rpartition(".")[2]
    for text in (*read.texts, *one.arguments):
        filled = read_text(_PLACEHOLDER.sub(own, text), catalogue.spelling, 0)
        names = [write.name for write in filled.writes] + list(_as_names(text, own, catalogue.spelling))
        for place in (place for name in names for place in catalogue.places(name, path)):
            if catalogue.relation(place) and catalogue.shown(place) != one.table:
                _written(reach, catalogue, place, [INSERT])


def _as_names(text: str, own: str, spelling: Spelling) -> Iterator[tuple[Word, ...]]:
    """Yield the table that a text names, or makes of the trigger's own with a word before or behind."""
    before, behind = (own if text.startswith("_") else ""), (own if text.endswith("_") else "")
    words = words_of(f"{before}{text.strip()}{behind}", spelling)
    name, end = name_at(words, 0)
    if name and end == len(words):
        yield name
