"""The facts of a notice: what its letter, its leaflet and its data (JSON) share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hervat.notices.grounds import Group
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked
from hervat.settings import Municipality


@dataclass(frozen=True)
class Facts:
    """Sender, recipient, number, kind and day; the persons' entries and their count; what is asked; the grounds."""

    municipality: Municipality = field(repr=False)
    recipient: Recipient
    number: str
    kind: str
    day: date
    persons: Sequence[Mapping[str, Any]] = field(repr=False)
    count: int
    asked: Asked | None = None
    groups: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        """The name of the notice's files, without their endings."""
        return f"{self.number}-{self.kind}"
