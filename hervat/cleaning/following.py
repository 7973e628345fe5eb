"""From a trigger's text to all that it writes to: through the routines it calls, the views and parts it names."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hervat.cleaning.databases.catalogue import Catalogue, Found, Place, Routine
from hervat.cleaning.texts import Read, Spelling, Word, read_text, words_of
from hervat.cleaning.texts.read import INSERT, name_at

_MOST = 200  # routines that one trigger may reach
_PLACEHOLDER = re.compile(r"%(?:\d+\$)?[IsL]")


@dataclass
class Reach:
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


def followed(catalogue: Catalogue, one: Found, body: str) -> Reach:
    """Return what a trigger reaches by its text, its arguments and the routines it calls, each looked at once."""
    reach, own = Reach(), catalogue.at(one.routine) if one.routine else []
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


def _note(reach: Reach, catalogue: Catalogue, read: Read, path: tuple[str, ...] | None, where: str) -> None:
    reach.reasons += [f"{why} ({where})" if where else why for why in read.unseen]
    for write in read.writes:
        for place in catalogue.places(write.name, path):
            _written(reach, catalogue, place, write.events)


def _written(reach: Reach, catalogue: Catalogue, place: Place, events: Iterable[str]) -> None:
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


def _beyond(catalogue: Catalogue, place: Place) -> Iterator[str]:
    """Yield what happens further on and is not seen: on another server, or by triggers that are not shown."""
    found = catalogue.relation(place)
    if found and found.abroad:
        yield f"another server (by {catalogue.shown(place)})"
    if catalogue.sighted is not None and place[0] and place[0] not in catalogue.sighted:
        yield f"the triggers of {place[0]}, which this account may not see (TRIGGER)"


def _called(catalogue: Catalogue, read: Read, path: tuple[str, ...] | None, reach: Reach) -> Iterator[Routine]:
    for name in read.calls:
        found = catalogue.called(name, path)
        yield from found
        if not found and catalogue.is_hidden(name):
            told = ".".join(word.text for word in name)
            reach.reasons.append(f"the text of {told}(), which this account may not see")


def _guess(reach: Reach, catalogue: Catalogue, one: Found, read: Read, path: tuple[str, ...] | None) -> None:
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
