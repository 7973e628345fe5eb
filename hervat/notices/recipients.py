"""To whom hervat writes: third parties, and the suppliers who alone can erase in a system."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hervat.settings import Channel, Municipality, Party, Supplier

Audience = Literal["party", "supplier"]


@dataclass(frozen=True)
class Recipient:
    """One that gets notices. `name` is the party's, or that of the supplier's system.

    mark: what names a person to him; "" where he may see no mark at all (a supplier without a certificate).
    terms: of a supplier, what he is asked and by when. party: of a third party, what is configured of it.
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
    """Return the suppliers who can be asked to erase, under the name of their system; not where `retain` rules."""
    return [
        Recipient("supplier", s.name, s.supplier.channel, s.supplier.certificate, _mark(s.supplier), s.supplier)
        for s in municipality.systems
        if s.supplier and s.policy != "retain"
    ]


def _mark(supplier: Supplier) -> Literal["bsn", ""]:
    return "bsn" if supplier.certificate else ""
