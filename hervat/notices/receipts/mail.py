"""A saved mail: an answer, a notice that came back, an automatic reply, or something that a person must read."""

from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses

from hervat.notices.receipts.automatic import kind_of, says_away
from hervat.notices.receipts.bounce import (
    NUMBER_ANYWHERE,
    Bounce,
    bounce_in_words,
    bounce_of,
    is_from_server,
    number_in,
)
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.meaning import meaning
from hervat.notices.receipts.own import own_of
from hervat.notices.receipts.words import Answer, day_of, said_in_mail, texts_of

MALFORMED = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What a malformed mail raises."""


def parsed(data: bytes) -> EmailMessage:
    """Return a mail."""
    return BytesParser(policy=policy.default).parsebytes(data)


def by_no_person(message: EmailMessage, today: date) -> Bounce | Doubt | str | None:
    """Return what a mail is that no person wrote: a bounce, "automatic", or a doubt; None for a person's.

    An automatic mail that holds an answer, or keeps the notice back, is a doubt: programs for tickets send both.
    """
    if bounce := bounce_of(message):
        return bounce
    texts = texts_of(message)
    whole = "\n".join(texts)
    kind = kind_of(message, whole)
    if is_from_server(message) and not says_away(message):
        return bounce_in_words(message, whole) or _doubt(message, whole, "bounce", today)
    if kind is None:
        return None
    if kind == "away" and not any(meaning(own_of(text).lines) for text in texts):
        return "automatic"
    return _doubt(message, whole, "unread" if kind == "unread" else "machine", today)


def said_by_person(content: EmailMessage, head: EmailMessage, today: date, covered: bool, home: str | None) -> Answer:
    """Return what a person's mail says. home: the domain to which the notice went, where a mail must come from."""
    said = said_in_mail(content, head, today, covered)
    if said is None or covered or home is None or isinstance(said, Doubt) or _is_home(head, home):
        return said
    return Doubt((said.number,), "other_sender", said.day)


def _is_home(head: EmailMessage, home: str) -> bool:
    """Say whether a mail comes from that domain, or one below or above it."""
    senders = [address for _, address in getaddresses([str(head["From"] or "")]) if address]
    domains = [address.rpartition("@")[2].lower() for address in senders]
    return bool(domains) and all(_kin(one, home) for one in domains)


def _kin(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _doubt(message: EmailMessage, text: str, why: str, today: date) -> Doubt:
    number = number_in(message)
    numbers = {number} if number else set(NUMBER_ANYWHERE.findall(text))
    return Doubt(tuple(sorted(numbers)), why, day_of(message, today))
