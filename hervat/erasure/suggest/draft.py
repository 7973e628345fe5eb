"""A suggested footprint as it grows: its lines, each with its reason, and what a person has to decide; as YAML too."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from hervat.erasure.footprint.keys import KeyNames
from hervat.erasure.footprint.names import FootprintProblems
from hervat.erasure.footprint.read import Inside, tables_inside
from hervat.erasure.schema.column_names import one_line
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


_WIDTH, _INDENT = 120, 8
_LISTS = ("owns", "links", "keep", "conditions")
_MAPS = ("where", "belongs")


def as_yaml(draft: FootprintDraft) -> str:
    """Return the YAML, indented as in hervat.yaml below `- name:`."""
    lines = [*_head(draft), "footprint:", *(line for key in ORDER for line in _part(draft, key)), *_tail(draft)]
    return "".join(f"{' ' * _INDENT}{line}".rstrip() + "\n" for line in lines)


def _head(draft: FootprintDraft) -> Iterator[str]:
    yield f"# A first footprint for {draft.system}, from names, keys and counts; no content of a row was shown."
    yield "# `?` is a guess that somebody who knows the tables must judge. A line behind # is not in force."


def _part(draft: FootprintDraft, key: str) -> Iterator[str]:
    lines = [line for line in draft.lines if line.key == key]
    if key not in _LISTS and key not in _MAPS:
        for line in lines:
            yield from _commented(f"  {key}: {_flow(line.value)}", line)
        return
    if lines:
        yield f"  {'' if any(line.active for line in lines) else '# '}{key}:"
    for line in lines:
        yield from _commented(f"    {_item(key, line.value)}", line)


def _item(key: str, value: Any) -> str:
    if key in _LISTS:
        return f"- {_flow(value)}"
    name, content = next(iter(value.items()))
    return f"{_flow(name)}: {_flow(content)}"


def _commented(text: str, line: DraftLine) -> Iterator[str]:
    """Yield a line with its comment after it, or above it if that would be too long."""
    indent = len(text) - len(text.lstrip())
    shown = text if line.active else f"{' ' * indent}# {text.lstrip()}"
    why = ("? " if line.guess else "") + one_line(line.why)
    if len(shown) + len(why) + 4 + _INDENT <= _WIDTH:
        yield f"{shown}  # {why}"
        return
    yield from _comment(why, " " * indent)
    yield shown


def _tail(draft: FootprintDraft) -> Iterator[str]:
    for remark in draft.remarks:
        yield from _comment(remark, "  ")
    for question in draft.undecided:
        yield from _comment(f"undecided: {one_line(str(question))}", "  ")


def _comment(text: str, indent: str) -> list[str]:
    folded = textwrap.wrap(text, _WIDTH - _INDENT - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
    return [f"{indent}# {'' if at == 0 else '  '}{part}" for at, part in enumerate(folded)]


def _flow(value: Any) -> str:
    """Return a value on one line, quoted where YAML needs it."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False)
    return text.removesuffix("...\n").strip()
