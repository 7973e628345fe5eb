"""Triggers, rules and routines of a database, and the tables of all schemas that they may name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from hervat.databases.texts import Spelling, Word

Place: TypeAlias = tuple[str, str]
"""The schema (elsewhere: the database) and the name of a table."""


ON_DDL = "event trigger"


@dataclass(frozen=True)
class Relation:
    """A table or view. whole: what it is a part of. bases: the tables below a view. abroad: on another server.

    known_as: the name by which it goes here, where its schema does not tell.
    """

    place: Place
    whole: Place | None = None
    bases: tuple[Place, ...] = ()
    abroad: bool = False
    known_as: str = ""


@dataclass(frozen=True)
class Routine:
    """A function or procedure. `path`: the schemas in which it looks for names, None: those of its caller.

    unseen: why its text does not tell what it does ("": it does).
    """

    place: Place
    body: str
    path: tuple[str, ...] | None = None
    unseen: str = ""


@dataclass(frozen=True)
class WriteFound:
    """A trigger or rule that is on. `kind`: trigger, rule or event trigger.

    event: "" where the definition tells.

    unseen: why its text does not tell what it does ("": it does). arguments: what is given to its function. routine:
    that function.
    """

    name: str
    table: str
    definition: str
    body: str = ""
    kind: str = "trigger"
    event: str = ""
    path: tuple[str, ...] | None = None
    unseen: str = ""
    arguments: tuple[str, ...] = ()
    routine: Place | None = None


@dataclass(frozen=True)
class SchemaCatalogue:
    """The tables and routines that names in texts may mean.

    home: the default schema; path: the schemas in which names without a schema are looked up.

    any_case: names are the same in capitals and in small letters. folds: what is not in quotes is in small letters.
    hidden: routines that are called and not listed exist all the same, and the account may not see them; builtin: the
    server's own, by which the others are recognised ({}: only one with a schema before it is). sighted: the
    schemas of which the account sees the triggers, None: of all.
    """

    home: str
    path: tuple[str, ...]
    relations: tuple[Relation, ...] = ()
    routines: tuple[Routine, ...] = ()
    spelling: Spelling = field(default_factory=Spelling)
    any_case: bool = True
    hidden: bool = False
    builtin: frozenset[str] = frozenset()
    sighted: frozenset[str] | None = None

    @cached_property
    def _relations(self) -> dict[Place, Relation]:
        return {self._key(relation.place): relation for relation in self.relations}

    @cached_property
    def _routines(self) -> dict[Place, list[Routine]]:
        routines: dict[Place, list[Routine]] = {}
        for routine in self.routines:
            routines.setdefault(self._key(routine.place), []).append(routine)
        return routines

    def relation(self, place: Place) -> Relation | None:
        """Return the table or view of that place, None where there is none (that the account may see)."""
        return self._relations.get(self._key(place))

    def places(self, name: tuple[Word, ...], path: tuple[str, ...] | None) -> list[Place]:
        """Return the tables that a name in a text may mean: one, or several if no schema of the path has it."""
        parts = [self._spelled(word) for word in name]
        if len(parts) > 1:
            return [(".".join(parts[:-1]), parts[-1])]
        known = self._in_path(parts[0], path, self._relations)
        return known or self._elsewhere(parts[0]) or [("", parts[0])]

    def called(self, name: tuple[Word, ...], path: tuple[str, ...] | None) -> list[Routine]:
        """Return the routines that a name in a text may mean; [] for what is the database's own."""
        parts = [self._spelled(word) for word in name]
        if len(parts) > 1:
            whole = self._routines.get(self._key((".".join(parts[:-1]), parts[-1])), [])
            return whole or self._routines.get(self._key((self.home, parts[0])), [])  # Oracle: of a package
        return [routine for place in self._in_path(parts[0], path, self._routines) for routine in self._routines[place]]

    def at(self, place: Place) -> list[Routine]:
        """Return the routines of that place."""
        return self._routines.get(self._key(place), [])

    def is_hidden(self, name: tuple[Word, ...]) -> bool:
        """True for a called routine that this account can't see."""
        if len(name) > 1 or not self.builtin:
            return self.hidden and len(name) > 1
        return self.hidden and name[0].text.lower() not in self.builtin

    def shown(self, place: Place) -> str:
        """Return the name by which a table goes here."""
        relation = self.relation(place)
        if relation and relation.known_as:
            return relation.known_as
        schema, name = relation.place if relation else place
        return name if schema in ("", self.home) else f"{schema}.{name}"

    def _in_path(self, name: str, path: tuple[str, ...] | None, among: Iterable[Place]) -> list[Place]:
        keys = (self._key((schema, name)) for schema in (self.path if path is None else path))
        return [key for key in keys if key in among][:1]

    def _elsewhere(self, name: str) -> list[Place]:
        return [place for place in self._relations if place[1] == self._key(("", name))[1]]

    def _spelled(self, word: Word) -> str:
        return word.text.lower() if word.kind == "name" and not self.any_case else word.text

    def _key(self, place: Place) -> Place:
        return (place[0].lower(), place[1].lower()) if self.any_case else place
