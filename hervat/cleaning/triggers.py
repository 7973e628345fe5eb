"""The database's own triggers and rules: on which table and event, and what they write to, here and elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from hervat.cleaning.databases import database_of
from hervat.cleaning.databases.catalogue import ON_DDL, Catalogue, Found
from hervat.cleaning.following import followed
from hervat.cleaning.texts import words_of

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


def _trigger(known: Sequence[str], catalogue: Catalogue, one: Found) -> Trigger:
    tables = {name.lower(): name for name in known} if catalogue.any_case else {name: name for name in known}
    events, body = _events_and_body(catalogue, one)
    reach = followed(catalogue, one, body)

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


def _events_and_body(catalogue: Catalogue, one: Found) -> tuple[frozenset[str], str]:
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
