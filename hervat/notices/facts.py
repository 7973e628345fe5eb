"""What a notice says, whatever the form: the part that its letter, its leaflet and its data share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hervat.notices.grounds import Group
from hervat.notices.request import Asked


@dataclass(frozen=True)
class Facts:
    """What a notice says: its number, kind and day, its persons' entries, how many they are, what is asked, and why."""

    number: str
    kind: str
    day: date
    persons: Sequence[Mapping[str, Any]] = field(repr=False)
    count: int
    asked: Asked | None = None
    groups: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        """What the notice's files are called, but for their endings."""
        return f"{self.number}-{self.kind}"
