"""Answers by mail: what is an automatic reply, what is an answer."""

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
    """Return what a mail is that no person wrote; None where a person may have written it.

    away: an absence, or that it was only shown: it says nothing of the notice. machine: another program, such as a
    gateway that keeps the notice back or a ticket system; unread: it was thrown away: of both a person must know.
    """
    subject = _subject(message)
    if (shown := _read_receipt(message)) is not None:
        return "away" if shown else "unread"
    if _UNREAD.search(subject):
        return "unread"
    said = str(message["Auto-Submitted"] or "no").partition(";")[0].strip().lower()
    away = bool(_AWAY.match(subject)) or said == "auto-replied" or any(message[name] is not None for name in _HEADS)
    if away or _READ.search(subject):
        return "machine" if _KEPT_BACK.search(f"{subject} {text}") and not _AWAY.match(subject) else "away"
    return "machine" if said != "no" or _in_bulk(message) else None


def says_away(message: EmailMessage) -> bool:
    """Say whether a mail calls itself an absence, or is a read receipt, whoever sent it."""
    return bool(_AWAY.match(_subject(message))) or _read_receipt(message) is not None


def _subject(message: EmailMessage) -> str:
    return _AHEAD.sub("", str(message["Subject"] or ""))


def _in_bulk(message: EmailMessage) -> bool:
    """Say whether a mail calls itself one of many, or asks for no automatic answer, as programs do."""
    precedence = str(message["Precedence"] or "").strip().lower()
    return precedence in ("bulk", "junk", "auto_reply", "list") or message["X-Auto-Response-Suppress"] is not None


def _read_receipt(message: EmailMessage) -> bool | None:
    """Return whether a read receipt says that the mail was shown; None where it is none."""
    for part in message.walk():
        if part.get_content_type() in ("message/disposition-notification", "message/global-disposition-notification"):
            payload = part.get_payload()
            group = payload[0] if isinstance(payload, list) and payload else part
            said = f"{group['Disposition']} {payload if isinstance(payload, str) else ''}".lower()  # type: ignore[index]
            return "displayed" in said or "dispatched" in said
    return None


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
    return bool(domains) and all(_kin(domain, home) for domain in domains)


def _kin(domain: str, other: str) -> bool:
    return domain == other or domain.endswith(f".{other}") or other.endswith(f".{domain}")


def _doubt(message: EmailMessage, text: str, why: str, today: date) -> Doubt:
    number = number_in(message)
    numbers = {number} if number else set(NUMBER_ANYWHERE.findall(text))
    return Doubt(tuple(sorted(numbers)), why, day_of(message, today))
