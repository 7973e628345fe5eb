"""Answers by mail: automatic replies, read receipts and bounces, apart from answers of a person."""

import re
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from typing import Literal

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

_HEADS = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Mail-Autoreply", "X-Vacation", "X-FC-MachineGenerated")
_AHEAD = re.compile(r"^\s*(?:(?:re|fwd?|antw|aw|tr|doorst)\s*:\s*|\[[^\]]{1,30}\]\s*)*", re.IGNORECASE)
_AWAY = re.compile(
    r"(?:auto(?:matisch|matische|mated|matic)?[\s-]*(?:antwoord|beantwoording|reply|response|beantwoord"
    r"|bericht|e-?mail)"
    r"|autom\. antw|auto:|afwezig\w*|out of (?:the )?office|ooo\b|niet aanwezig|ben (?:er )?(?:niet|even niet)"
    r"|met vakantie|vakantie|on (?:vacation|leave|holiday)|vacation|away|absen\w+|abwesen\w*"
    r"|zwangerschapsverlof|met verlof|buiten kantoor|niet op kantoor)",
    re.IGNORECASE,
)
_READ = re.compile(r"^(?:gelezen|read|leesbevestiging|read receipt|gelesen|lu)\s*:", re.IGNORECASE)
_UNREAD = re.compile(r"^(?:niet gelezen|ongelezen\w*|not read|deleted|verwijderd|ungelesen|non lu)\b.*:", re.IGNORECASE)
_KEPT_BACK = re.compile(
    r"quarantaine|quarantine|geblokkeerd|blocked|tegengehouden|held (?:for|back|until)|message held|vastgehouden"
    r"|not (?:been )?delivered|niet (?:be|af)geleverd|spam|verdacht|suspicious|moderat|goedkeuring|approval"
    r"|no longer (?:in use|monitored|active)|bestaat niet meer|niet meer in gebruik|wordt niet (?:meer )?gelezen door",
    re.IGNORECASE,
)
Kind = Literal["away", "machine", "unread"]


def kind_of(message: EmailMessage, text: str) -> Kind | None:
    """Return the kind of an automatic mail; None if a person may have written it.

    away: an absence, or that the mail was displayed: it says nothing about the notice. machine: another program, such
    as a gateway that keeps the notice back or a ticket system; unread: it was deleted: a person must know of both.
    """
    subject = _subject(message)
    if (shown := _read_receipt(message)) is not None:
        return "away" if shown else "unread"
    if _UNREAD.search(subject):
        return "unread"
    automatic = str(message["Auto-Submitted"] or "no").partition(";")[0].strip().lower()
    away = (
        bool(_AWAY.match(subject)) or automatic == "auto-replied" or any(message[name] is not None for name in _HEADS)
    )
    if away or _READ.search(subject):
        return "machine" if _KEPT_BACK.search(f"{subject} {text}") and not _AWAY.match(subject) else "away"
    return "machine" if automatic != "no" or _in_bulk(message) else None


def says_away(message: EmailMessage) -> bool:
    """True if a mail is an absence by its subject, or a read receipt, whoever sent it."""
    return bool(_AWAY.match(_subject(message))) or _read_receipt(message) is not None


def _subject(message: EmailMessage) -> str:
    return _AHEAD.sub("", str(message["Subject"] or ""))


def _in_bulk(message: EmailMessage) -> bool:
    """True if a mail is marked as bulk, or asks for no automatic answer, as programs do."""
    precedence = str(message["Precedence"] or "").strip().lower()
    return precedence in ("bulk", "junk", "auto_reply", "list") or message["X-Auto-Response-Suppress"] is not None


def _read_receipt(message: EmailMessage) -> bool | None:
    """Return True if a read receipt says that the mail was displayed; None if it is not a read receipt."""
    for part in message.walk():
        if part.get_content_type() in ("message/disposition-notification", "message/global-disposition-notification"):
            payload = part.get_payload()
            group = payload[0] if isinstance(payload, list) and payload else part
            disposition = f"{group['Disposition']} {payload if isinstance(payload, str) else ''}".lower()  # type: ignore[index]
            return "displayed" in disposition or "dispatched" in disposition
    return None


MALFORMED = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""Exceptions that a malformed mail raises."""


def parsed(data: bytes) -> EmailMessage:
    """Return a parsed mail."""
    return BytesParser(policy=policy.default).parsebytes(data)


def by_no_person(message: EmailMessage, today: date) -> Bounce | Doubt | str | None:
    """Return a bounce, "automatic" or a doubt for an automatic mail; None for a mail of a person.

    An automatic mail that holds an answer, or keeps the notice back, is a doubt: ticket systems send both.
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
    """Return the answer in a person's mail. home: the domain of the recipient, from which the mail must come."""
    said = said_in_mail(content, head, today, covered)
    if said is None or covered or home is None or isinstance(said, Doubt) or _is_home(head, home):
        return said
    return Doubt((said.number,), "other_sender", said.day)


def _is_home(head: EmailMessage, home: str) -> bool:
    """True if a mail comes from that domain, or one below or above it."""
    senders = [address for _, address in getaddresses([str(head["From"] or "")]) if address]
    domains = [address.rpartition("@")[2].lower() for address in senders]
    return bool(domains) and all(_kin(domain, home) for domain in domains)


def _kin(domain: str, other: str) -> bool:
    return domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}")


def _doubt(message: EmailMessage, text: str, why: str, today: date) -> Doubt:
    number = number_in(message)
    numbers = {number} if number else set(NUMBER_ANYWHERE.findall(text))
    return Doubt(tuple(sorted(numbers)), why, day_of(message, today))
