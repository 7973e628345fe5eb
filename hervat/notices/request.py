"""What a recipient is asked to do, and how and by when it must answer."""

from dataclasses import dataclass
from datetime import date, timedelta

from hervat.notices.recipients import Recipient
from hervat.settings import Supplier

_ERASE = (
    "alle gegevens die alleen voor de Wet inburgering 2021 zijn vastgelegd",
    "kopieën daarvan, zoals bestanden om te testen",
)


@dataclass(frozen=True)
class Asked:
    """A request. erase: what, in Dutch; by: the last day (None for a party); refers_to: the notice it reminds of."""

    erase: tuple[str, ...]
    by: date | None
    refers_to: str | None = None


def asked_of(supplier: Supplier | None, day: date) -> Asked | None:
    """Return the terms of a request that is made on a day; None for a recipient that is not a supplier."""
    if supplier is None:
        return None
    return Asked(tuple(supplier.what) or _ERASE, day + timedelta(days=supplier.within_days))


@dataclass(frozen=True)
class Answering:
    """The way to answer. by_mail; agreed: in a folder that was agreed on, not `confirmations`; signed: by certificate.

    leaflet: one for the recipient's software is enclosed. until: the last day of a third party's term.
    """

    by_mail: bool = False
    agreed: bool = False
    signed: bool = False
    leaflet: bool = False
    until: date | None = None


def answering(recipient: Recipient, day: date) -> Answering:
    """Return the way in which a recipient answers a notice of a day."""
    channel, party = recipient.channel, recipient.party
    receipts = channel.receipts
    return Answering(
        by_mail=channel.mail is not None,
        agreed=receipts is not None,
        signed=receipts is not None and receipts.unsigned == "refuse",
        leaflet=channel.mail is not None or channel.letters,
        until=day + timedelta(days=party.remind_after_days) if party else None,
    )
