"""The result of `hervat demo`: a line a night, the attempts at the delivery, and where to find things."""

from dataclasses import asdict, dataclass, field
from typing import Any

from hervat.cli.shared import stdout, table

COLUMNS = ("fetched", "quarantined", "unseen", "parked", "released", "corrected", "cleaned", "notified", "gate")


@dataclass(frozen=True)
class PlayedNight:
    """A night of the demo in figures."""

    night: str
    fetched: int
    quarantined: int
    unseen: int
    parked: int
    released: int
    corrected: int
    cleaned: int
    notified: int
    gate: str
    reasons: str


@dataclass
class Played:
    """The result of the demo: a line a night, the attempts at the delivery, and where to find things."""

    nights: list[PlayedNight] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    commands: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    go_on: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the result for JSON."""
        return asdict(self)

    def show(self) -> None:
        """Print the result."""
        rows = [[line.night.split()[-1], *[getattr(line, name) for name in COLUMNS]] for line in self.nights]
        table("The nights of Voorbeeldstad", ["night", *COLUMNS], rows)
        for line in self.nights:
            stdout().print(f"The gate on {line.night}: {line.reasons or 'open'}.", markup=False)
        for text in self.deliveries:
            stdout().print(text, markup=False)
        table("Where to find things", ["", ""], [[name, place] for name, place in self.places.items()])
        for name, command in self.commands.items():
            stdout().print(f"{name}:\n  {command}", markup=False, soft_wrap=True)
        spent = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.seconds.items())
        stdout().print(f"The time went to: {spent}.", markup=False)
        for text in self.go_on:
            stdout().print(text, markup=False, soft_wrap=True)
