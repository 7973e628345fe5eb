"""Third parties, and the queries that tell who received whose data."""

from typing import Literal

from pydantic import Field

from hervat.settings.base import FilePath, Name, Strict
from hervat.settings.channels import Channel


class Disclosure(Strict):
    """A query on a local system with the columns bsn, partij, kenmerk and verstrekt_op."""

    system: str
    query: str


class Party(Strict):
    """A third party; without a certificate it gets no BSN (only the kenmerk under which it knows the person)."""

    name: Name
    role: str = ""
    identifier: Literal["bsn", "reference"] = "reference"
    certificate: FilePath | None = None
    channel: Channel
    remind_after_days: int = Field(default=14, ge=1)

    @property
    def mark(self) -> Literal["bsn", "reference"]:
        """What this party's notices name a person by."""
        return "bsn" if self.identifier == "bsn" and self.certificate else "reference"
