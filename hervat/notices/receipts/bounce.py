"""Mails that no person wrote: a notice that came back (RFC 3464), and automatic replies (RFC 3834)."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

NUMBER = re.compile(r"(?<![\w-])\d{4}-\d{8}-\d{4,6}(?![\w-])")
_STATUS = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Bounce:
    """A notice came back: its number, None where that can't be read; the code, such as 5.1.1; whether for good."""

    number: str | None
    code: str
    final: bool


def bounce_of(message: EmailMessage) -> Bounce | None:
    """Return what a delivery report says, None for another mail."""
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return None
    action, status = "", ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for group in part.get_payload():
                action = str(group["Action"] or action).strip().lower()  # type: ignore[index]
                status = str(group["Status"] or status).strip()  # type: ignore[index]
    code = found[0] if (found := _STATUS.match(status)) else "?"
    return Bounce(_returned(message), code, action == "failed")


def is_automatic(message: EmailMessage) -> bool:
    """Say whether a mail is an automatic reply (out of office): it shows that nobody read the notice."""
    said = str(message["Auto-Submitted"] or "no").partition(";")[0].strip().lower()
    return said != "no" or message["X-Autoreply"] is not None or message["X-Autorespond"] is not None


def _returned(message: EmailMessage) -> str | None:
    """Return the number in the head of the notice that a report gives back."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            head = part.get_content()
        elif part.get_content_type() == "message/rfc822":
            inner = part.get_content()
            head = f"{inner['Message-ID']} {inner['Subject']}"
        else:
            continue
        if found := re.search(r"\d{4}-\d{8}-\d{4,6}", str(head)):
            return found[0]
    return None
