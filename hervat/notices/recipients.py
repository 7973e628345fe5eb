"""Recipients of notices: third parties, and the suppliers of systems in which only they can erase."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hervat.settings import Channel, Municipality, Party, Supplier

Audience = Literal["party", "supplier"]


@dataclass(frozen=True)
class Recipient:
    """A recipient of notices. `name` is the party's, or that of the supplier's system.

    mark: the identifier that names a person to it; "" if it may see none (a supplier without a certificate).
    terms: of a supplier, what it must do and by when. party: the configuration of a third party.
    """

    audience: Audience
    name: str
    channel: Channel
    certificate: Path | None
    mark: Literal["bsn", "reference", ""]
    terms: Supplier | None = None
    party: Party | None = None

    def __str__(self) -> str:
        return f"party {self.name}" if self.audience == "party" else f"supplier of {self.name}"


def parties(municipality: Municipality) -> list[Recipient]:
    """Return the third parties of a municipality."""
    return [Recipient("party", p.name, p.channel, p.certificate, p.mark, party=p) for p in municipality.parties]


def suppliers(municipality: Municipality) -> list[Recipient]:
    """Return the suppliers that can be asked to erase, by the name of their system; none of a system to `retain`."""
    return [
        Recipient("supplier", s.name, s.supplier.channel, s.supplier.certificate, _mark(s.supplier), s.supplier)
        for s in municipality.systems
        if s.supplier and s.policy != "retain"
    ]


def recipients_of(municipality: Municipality, audience: Audience) -> list[Recipient]:
    """Return the third parties or the suppliers."""
    return parties(municipality) if audience == "party" else suppliers(municipality)


def _mark(supplier: Supplier) -> Literal["bsn", ""]:
    return "bsn" if supplier.certificate else ""
