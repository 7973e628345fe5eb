"""Bounces: delivery reports of mail servers (RFC 3464), and reports in a form of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

NUMBER = re.compile(r"(?<![\w-])\d{4}-\d{8}-\d{4,6}(?![\w-])")
NUMBER_ANYWHERE = re.compile(r"(?<!\d)\d{4}-\d{8}-\d{4,6}(?!\d)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])(5\d\d)(?=[\s-])")
_SENDERS = re.compile(
    r"mailer-?daemon|postmaster@|mail delivery|delivery (?:sub)?system|mail administrator|microsoftexchange|mdaemon",
    re.I,
)
_SUBJECTS = re.compile(
    r"undeliver(?:able|ed)|onbestelbaar|niet (?:be|af)(?:geleverd|zorgd)|kan niet worden (?:be|af)(?:geleverd|zorgd)"
    r"|bezorg(?:ing|en) (?:is )?mislukt|delivery (?:status notification|failure|has failed|delayed"
    r"|problem)|failure notice"
    r"|mail delivery (?:failed|failure|system)|returned (?:mail|to sender)|could ?not be delivered"
    r"|non[- ]?delivery|nondeliverable"
    r"|message (?:not delivered|blocked|rejected|undeliverable)|unzustellbar|non remis|delivery report"
    r"|mail system error"
    r"|retour(?:gezonden|mail)|aflever(?:en|ing) (?:is )?mislukt|vertraagd",
    re.IGNORECASE,
)
_STILL = re.compile(
    r"delayed|vertraagd|still (?:be(?:ing)? )?(?:retr|try)|will (?:be retried|continue|keep)|not necessary to resend"
    r"|warning message only|nog (?:niet|steeds) .{0,40}probe",
    re.IGNORECASE,
)
_PARTS = ("text/rfc822-headers", "message/rfc822")


@dataclass(frozen=True)
class Bounce:
    """A notice that came back: its number (None: unreadable), the code, such as 5.1.1; final: permanently."""

    number: str | None
    code: str
    final: bool


def bounce_of(message: EmailMessage) -> Bounce | None:
    """Return the bounce in a delivery report, anywhere in a mail; None if there is no report."""
    groups = [group for part in message.walk() for group in _groups(part)]
    if not groups:
        return None
    failed = [group for group in groups if _is_failed(group)]
    reports = failed or [group for group in groups if _action(group)] or groups
    code = next((code for report in reversed(reports) if (code := _code(report))), "?")
    return Bounce(number_in(message), code, bool(failed))


def is_from_server(message: EmailMessage) -> bool:
    """True if a mail server reports an undelivered mail in a form of its own."""
    path = message["Return-Path"]
    unreturnable = path is not None and not str(path).strip(" <>")
    sender = " ".join(str(message[name] or "") for name in ("From", "Sender"))
    return bool(_SENDERS.search(sender) or _SUBJECTS.search(str(message["Subject"] or ""))) or (
        unreturnable and message["Auto-Submitted"] is None
    )


def bounce_in_words(message: EmailMessage, text: str) -> Bounce | None:
    """Return the bounce in a server's own words; None if number or permanence is not certain."""
    number = number_in(message) or _only(text) or _only(str(message["Subject"] or ""))
    codes = [code for code in _STATUS.findall(text) if code[0] == "5"] or _REPLY.findall(text)
    if number and codes:
        return Bounce(number, codes[0], True)
    still = _STILL.search(f"{message['Subject'] or ''} {text}")
    return Bounce(number, "?", False) if number and still else None


def number_in(message: EmailMessage) -> str | None:
    """Return the number of the notice in a report: in the head of the returned notice, or in the references."""
    for part in message.walk():
        if part.get_content_type() in _PARTS and (given := NUMBER_ANYWHERE.search(_head_of(part))):
            return given[0]
    for name in ("In-Reply-To", "References", "X-Failed-Message-Id", "Subject"):
        if number := _only(str(message[name] or "")):
            return number
    return None


def _head_of(part: Message) -> str:
    """Return the message id and subject of the returned mail in a part, in any transfer encoding."""
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = payload[0] if payload else None
        return f"{inner['Message-ID']} {inner['Subject']}" if isinstance(inner, Message) else ""
    data = part.get_payload(decode=True)
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _only(text: str) -> str | None:
    numbers = set(NUMBER_ANYWHERE.findall(text))
    return numbers.pop() if len(numbers) == 1 else None


def _groups(part: Message) -> Iterator[Message]:
    """Yield the recipient groups of a delivery report."""
    if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
        return
    payload = part.get_payload()
    for group in payload if isinstance(payload, list) else ():
        if isinstance(group, Message) and (group["Action"] or group["Status"]):
            yield group


def _action(group: Message) -> str:
    return str(group["Action"] or "").partition(";")[0].partition("(")[0].strip().lower()


def _is_failed(group: Message) -> bool:
    return _action(group) == "failed" or (not _action(group) and _code(group).startswith("5"))


def _code(group: Message) -> str:
    status = _STATUS.search(str(group["Status"] or "")) or _STATUS.search(str(group["Diagnostic-Code"] or ""))
    return status[1] if status else ""
