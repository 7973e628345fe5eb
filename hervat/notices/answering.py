"""How a recipient answers, for the text that asks him to: by mail, or with a small file in a folder."""

from dataclasses import dataclass

from hervat.settings import Channel


@dataclass(frozen=True)
class Answering:
    """by_mail: with a mail; agreed: in a folder that was agreed on, not `confirmations`; signed: by his certificate."""

    by_mail: bool = False
    agreed: bool = False
    signed: bool = False


def answering(channel: Channel) -> Answering:
    """Return how whoever is told over this channel answers."""
    receipts = channel.receipts
    signed = receipts is not None and receipts.unsigned == "refuse"
    return Answering(channel.mail is not None, receipts is not None, signed)
