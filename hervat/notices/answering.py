"""How and by when a recipient answers, for the text that asks him to: by mail, or with a small file in a folder."""

from dataclasses import dataclass
from datetime import date, timedelta

from hervat.notices.recipients import Recipient


@dataclass(frozen=True)
class Answering:
    """by_mail: with a mail; agreed: in a folder that was agreed on, not `confirmations`; signed: by his certificate.

    leaflet: one for his software comes along. until: the last day of a third party's term.
    """

    by_mail: bool = False
    agreed: bool = False
    signed: bool = False
    leaflet: bool = False
    until: date | None = None


def answering(recipient: Recipient, day: date) -> Answering:
    """Return how a recipient answers what is written to him on a day."""
    channel, party = recipient.channel, recipient.party
    receipts = channel.receipts
    return Answering(
        by_mail=channel.mail is not None,
        agreed=receipts is not None,
        signed=receipts is not None and receipts.unsigned == "refuse",
        leaflet=channel.mail is not None or channel.letters,
        until=day + timedelta(days=party.remind_after_days) if party else None,
    )
