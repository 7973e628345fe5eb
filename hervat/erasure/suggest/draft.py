"""A suggested footprint as it grows: its lines, each with its reason, and what a person has to decide."""

from dataclasses import dataclass, field
from typing import Any

from hervat.erasure.footprint.keys import KeyNames
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.footprint.read import Inside, tables_inside
from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.suggest.candidates import PersonGuess
from hervat.erasure.suggest.evidence import Counts
from hervat.settings import Footprint, PersonTable

ORDER = ("person", "root", "path", "where", "conditions", "owns", "belongs", "links", "keep")


@dataclass(frozen=True)
class DraftLine:
    """One line of a footprint. guess: a person must judge it. Not `active`: it is only shown, as a comment."""

    key: str
    value: Any
    why: str
    guess: bool = False
    active: bool = True


@dataclass(frozen=True)
class Open:
    """An open question, at a key below the system. refused: no footprint is accepted without an answer."""

    key: str
    text: str
    refused: bool = False

    def __str__(self) -> str:
        return f"{self.key}: {self.text}"


@dataclass
class FootprintDraft:
    """The lines and open questions for one system."""

    system: str
    lines: list[DraftLine] = field(default_factory=list)
    undecided: list[Open] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, key: str, value: Any, why: str, guess: bool = False, active: bool = True) -> None:
        """Add a line."""
        self.lines.append(DraftLine(key, _plain(value), why, guess, active))

    def leave(self, key: str, text: str, refused: bool = False) -> None:
        """Leave a question to a person."""
        self.undecided.append(Open(f"footprint.{key}" if key else "footprint", text, refused))

    @property
    def footprint(self) -> dict[str, Any]:
        """The footprint as it would be in hervat.yaml."""
        footprint: dict[str, Any] = {}
        for key in ORDER:
            values = [line.value for line in self.lines if line.key == key and line.active]
            if values and isinstance(values[0], dict):
                footprint[key] = {name: content for value in values for name, content in value.items()}
            elif values:
                footprint[key] = values if key in ("conditions", "owns", "links", "keep") else values[0]
        return footprint

    def as_json(self) -> dict[str, Any]:
        """Return the footprint, the reason for each line, and what is undecided."""
        reasons = [
            {"key": line.key, "value": line.value, "why": line.why, "guess": line.guess, "in_force": line.active}
            for line in self.lines
        ]
        undecided = [str(question) for question in self.undecided]
        return {"system": self.system, "footprint": self.footprint, "undecided": undecided, "reasons": reasons}


def _plain(value: Any) -> Any:
    """Return a value as plain texts: names from a reflected schema are a subclass of str."""
    if isinstance(value, dict):
        return {str(name): _plain(content) for name, content in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else str(value)


@dataclass
class Suggestion:
    """A draft in the making, once person and root are known: the schema, the keys, and what was chosen so far."""

    schema: Schema
    counts: Counts
    draft: FootprintDraft
    person: PersonGuess
    root: str
    keys: tuple[Key, ...]
    path: tuple[Key, ...] = ()
    owned: list[Key] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def inside(self, also: Key | None = None) -> Inside:
        """Return the tables inside as chosen so far; with `also` among the `owns` keys."""
        owned = (*self.owned, also) if also else tuple(self.owned)
        person = PersonTable(table=self.person.table, bsn=self.person.column)
        return tables_inside(Footprint(person=person, root=self.root, keep=self.kept), self.schema, self.keys, owned)

    @property
    def on_path(self) -> frozenset[str]:
        """The tables between root and person, and the person."""
        return frozenset(key.target for key in self.path)

    def name(self, key: Key) -> str | None:
        """Return the "table.column" by which a footprint names this key and no other; None if there is none."""
        for column in key.columns:
            name = f"{key.table}.{column}"
            if KeyNames(self.keys, FootprintProblems(self.draft.system, self.schema))("", name) == key:
                return name
        return None
