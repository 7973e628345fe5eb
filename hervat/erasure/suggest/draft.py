"""A first footprint as it grows: its lines, each with why it stands there, and what a person has to decide."""

from dataclasses import dataclass, field
from typing import Any

ORDER = ("person", "root", "path", "where", "conditions", "owns", "belongs", "links", "keep")


@dataclass(frozen=True)
class DraftLine:
    """One line of a footprint. `guess`: a person must judge it. Not `active`: it is only shown, as a comment."""

    key: str
    value: Any
    why: str
    guess: bool = False
    active: bool = True


@dataclass(frozen=True)
class Open:
    """What could not be decided, at a key below the system. `refused`: no footprint is accepted without it."""

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
        """Leave something to a person."""
        self.undecided.append(Open(f"footprint.{key}" if key else "footprint", text, refused))

    @property
    def footprint(self) -> dict[str, Any]:
        """The footprint as it would stand in hervat.yaml."""
        found: dict[str, Any] = {}
        for key in ORDER:
            values = [line.value for line in self.lines if line.key == key and line.active]
            if values and isinstance(values[0], dict):
                found[key] = {name: value for one in values for name, value in one.items()}
            elif values:
                found[key] = values if key in ("conditions", "owns", "links", "keep") else values[0]
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the footprint, why each line stands there, and what is undecided."""
        reasons = [
            {"key": one.key, "value": one.value, "why": one.why, "guess": one.guess, "in_force": one.active}
            for one in self.lines
        ]
        undecided = [str(one) for one in self.undecided]
        return {"system": self.system, "footprint": self.footprint, "undecided": undecided, "reasons": reasons}


def _plain(value: Any) -> Any:
    """Return a value of plain texts: names from a reflected schema are a kind of their own."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else str(value)
