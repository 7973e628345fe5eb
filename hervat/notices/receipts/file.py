"""One file that may be an answer: JSON, words (.txt), either of them signed (.p7m), or a mail. Pure but for openssl."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Literal

from hervat.notices.receipts.bounce import Bounce, bounce_of, is_automatic
from hervat.notices.receipts.confirmation import Confirmation, read_confirmation
from hervat.notices.receipts.dress import form_of
from hervat.notices.receipts.places import File
from hervat.notices.receipts.signature import opened
from hervat.notices.receipts.words import said_in_mail, said_in_words

Why = Literal["garbage", "unsigned", "forged", "automatic"]


@dataclass(frozen=True)
class Read:
    """An answer: what it says, whether the party's certificate signed it, and the SHA-256 of the file."""

    said: Confirmation
    signed: bool
    sha256: str = field(repr=False)


@dataclass(frozen=True)
class Rejected:
    """A file that counts for nothing, and why."""

    why: Why


@dataclass(frozen=True)
class Rules:
    """What is asked of an answer: by which certificate it may be signed, and whether it may be unsigned."""

    certificate: Path | None
    unsigned: bool


def read_file(file: File, rules: Rules, today: date) -> Read | Bounce | Rejected:
    """Return what a file says. today: the day of words, and of a mail that has none of its own."""
    name = file.name.lower()
    if name.endswith(".eml"):
        return _mail(file.content, rules, today)
    if name.endswith(".p7m"):
        content = opened(file.content, form_of(file.content), rules.certificate) if rules.certificate else None
        return _judged(_said(content, today), True, file.content, rules) if content else Rejected("forged")
    if name.endswith(".txt"):
        return _judged(_said(file.content, today), False, file.content, rules)
    return _judged(read_confirmation(file.content), False, file.content, rules)


def _said(content: bytes, today: date) -> Confirmation | None:
    return read_confirmation(content) or said_in_words(content, today)


def _judged(said: Confirmation | None, signed: bool, data: bytes, rules: Rules) -> Read | Rejected:
    if said is None:
        return Rejected("garbage")
    if not signed and not rules.unsigned:
        return Rejected("unsigned")
    return Read(said, signed, hashlib.sha256(data).hexdigest())


def _mail(data: bytes, rules: Rules, today: date) -> Read | Bounce | Rejected:
    try:
        message = _parsed(data)
        if bounce := bounce_of(message):
            return bounce
        if is_automatic(message):
            return Rejected("automatic")
        return _reply(message, data, rules, today)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # what a malformed mail raises
        return Rejected("garbage")


def _reply(message: EmailMessage, data: bytes, rules: Rules, today: date) -> Read | Rejected:
    """Read a person's reply; of a signed one only what the signature covers: its subject it does not."""
    if not _is_signed(message):
        return _judged(said_in_mail(message, message, today), False, data, rules)
    content = opened(data, "SMIME", rules.certificate) if rules.certificate else None
    if content is None:
        return Rejected("forged")
    return _judged(said_in_mail(_parsed(content), message, today, covered=True), True, data, rules)


def _is_signed(message: EmailMessage) -> bool:
    kind = message.get_content_type()
    opaque = kind in ("application/pkcs7-mime", "application/x-pkcs7-mime")
    return kind == "multipart/signed" or (opaque and message.get_param("smime-type") != "enveloped-data")


def _parsed(data: bytes) -> EmailMessage:
    return BytesParser(policy=policy.default).parsebytes(data)
