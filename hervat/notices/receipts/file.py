"""Read one file as an answer: JSON, words (.txt), either of them signed (.p7m), or a mail. Pure except for openssl."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from hervat.notices.receipts import mail
from hervat.notices.receipts.bounce import NUMBER_ANYWHERE, Bounce, number_in
from hervat.notices.receipts.confirmation import Confirmation, number_of, read_confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.dress import form_of
from hervat.notices.receipts.places import ReceiptFile
from hervat.notices.receipts.signature import opened
from hervat.notices.receipts.vocabulary import UNSURE
from hervat.notices.receipts.words import Answer, said_in_words

Why = Literal["garbage", "unsigned", "forged", "automatic"]


@dataclass(frozen=True)
class ReceiptRead:
    """An answer: its confirmation, True if the party's certificate signed it, and the SHA-256 of the file."""

    said: Confirmation
    signed: bool
    sha256: str = field(repr=False)


@dataclass(frozen=True)
class Rejected:
    """A file that is not a valid answer, and why."""

    why: Why


@dataclass(frozen=True)
class Rules:
    """The requirements for an answer.

    certificate: of its signature; unsigned: True if it need not be signed; home: the domain of unsigned mails (None:
    any).
    """

    certificate: Path | None
    unsigned: bool
    home: str | None = None


Result = ReceiptRead | Doubt | Bounce | Rejected


def read_file(file: ReceiptFile, rules: Rules, today: date) -> Result:
    """Return the answer in a file; a Doubt if it is not certain. today: the day of words, and of a mail without one."""
    name = file.name.lower()
    if name.endswith(".eml"):
        return _mail(file.content, rules, today)
    if name.endswith(".p7m"):
        content = opened(file.content, form_of(file.content), rules.certificate) if rules.certificate else None
        return _judged(_said(content, today), True, file.content, rules) if content else Rejected("forged")
    if name.endswith(".txt"):
        return _judged(_said(file.content, today), False, file.content, rules)
    return _judged(_data(file.content, today), False, file.content, rules)


def _said(content: bytes, today: date) -> Answer:
    return read_confirmation(content) or said_in_words(content, today)


def _data(content: bytes, today: date) -> Answer:
    """Return the answer in a JSON file; a doubt if it names a notice without a known status."""
    if said := read_confirmation(content):
        return said
    number = number_of(content)
    return Doubt((number,), "not_clear", today) if number else None


def _judged(said: Answer, signed: bool, data: bytes, rules: Rules) -> ReceiptRead | Doubt | Rejected:
    if said is None:
        return Rejected("garbage")
    if not signed and not rules.unsigned:
        return Rejected("unsigned")
    digest = hashlib.sha256(data).hexdigest()
    if isinstance(said, Doubt):
        return replace(said, signed=signed, sha256=digest)
    if _takes_back(said):
        return Doubt((said.number,), "reason_with_done", said.day, signed, digest)
    return ReceiptRead(said, signed, digest)


def _takes_back(said: Confirmation) -> bool:
    """True if the text beside 'done' or 'received' takes it back; that there is no dossier does not."""
    beside = " ".join(text for text in (said.reason, said.evidence) if text).casefold().replace("geen ", "")
    return said.status in ("done", "received") and bool(UNSURE.search(beside))


def _mail(data: bytes, rules: Rules, today: date) -> Result:
    try:
        message = mail.parsed(data)
        automatic = mail.by_no_person(message, today)
        if isinstance(automatic, Bounce):
            return automatic
        if isinstance(automatic, Doubt):
            return _judged(automatic if automatic.numbers else None, False, data, replace(rules, unsigned=True))
        return Rejected("automatic") if automatic else _reply(message, data, rules, today)
    except mail.MALFORMED:
        numbers = set(NUMBER_ANYWHERE.findall(data.decode("latin-1")))
        return _judged(Doubt((numbers.pop(),), "no_text", today) if len(numbers) == 1 else None, False, data, rules)


def _reply(message: EmailMessage, data: bytes, rules: Rules, today: date) -> ReceiptRead | Doubt | Rejected:
    """Read a person's reply; of a signed one only what the signature covers, so not the subject."""
    if not _is_signed(message):
        said = mail.said_by_person(message, message, today, False, rules.home)
        number = number_in(message) if said is None else None
        return _judged(Doubt((number,), "not_clear", today) if number else said, False, data, rules)
    content = opened(data, "SMIME", rules.certificate) if rules.certificate else None
    if content is None:
        return Rejected("forged")
    return _judged(mail.said_by_person(mail.parsed(content), message, today, True, None), True, data, rules)


def _is_signed(message: EmailMessage) -> bool:
    kind = message.get_content_type()
    opaque = kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")
    return kind == "multipart/signed" or (opaque and str(message.get_param("smime-type")).lower() != "enveloped-data")
