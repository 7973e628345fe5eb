"""What a person says of a notice in a mail: the first line's first word, or the same JSON as in a file. Pure."""

from datetime import date
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from hervat.notices.receipts.bounce import NUMBER
from hervat.notices.receipts.confirmation import Confirmation, fit, read_confirmation

_WORDS = {
    "ontvangen": "received", "received": "received",
    "klaar": "done", "gedaan": "done", "done": "done",
    "deels": "partly", "gedeeltelijk": "partly", "partly": "partly",
    "geweigerd": "refused", "refused": "refused",
}  # fmt: skip
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def said_in_mail(content: EmailMessage, head: EmailMessage, today: date, covered: bool = False) -> Confirmation | None:
    """Return what a mail says, None when it names no notice, or several.

    content: what to read; head: the mail whose date counts; covered: a signature covers the content but not the head,
    so its subject is not read. A mail that names a notice and says no more was received.
    """
    if attached := _attached(content):
        return attached
    lines = _own_lines(content)
    number = _number("" if covered else str(head["Subject"] or ""), lines, _text(content))
    if number is None:
        return None
    word, _, rest = (lines[0] if lines else "").partition(" ")
    status = _WORDS.get(word.strip(".,:;!-").lower(), "received")
    given = rest.strip(" .,:;-") if status in ("partly", "refused") else ""
    reason = fit(given)
    return Confirmation(number, status, _day(head, today), reason=reason, unfit=bool(given) and reason is None)


def _attached(content: EmailMessage) -> Confirmation | None:
    for part in content.walk():
        if part.get_content_type() == "application/json":
            return read_confirmation(part.get_payload(decode=True))  # type: ignore[arg-type]
    text = next((line for line in _own_lines(content) if line.startswith("{")), "")
    return read_confirmation(text.encode()) if text else None


def _text(content: EmailMessage) -> str:
    body = content.get_body(("plain",))
    return str(body.get_content()) if body else ""


def _own_lines(content: EmailMessage) -> list[str]:
    """Return the lines that the sender wrote himself: those before the first that he quotes."""
    own: list[str] = []
    for line in _text(content).splitlines():
        if line.lstrip().startswith(">"):
            break
        if line.strip():
            own.append(line.strip())
    return own


def _number(subject: str, own: list[str], text: str) -> str | None:
    """Return the notice's number from the first of these places that holds one; None where that holds several."""
    for place in (subject, "\n".join(own), text):
        found = set(NUMBER.findall(place))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _day(head: EmailMessage, today: date) -> date:
    try:
        return min(parsedate_to_datetime(str(head["Date"])).astimezone(_AMSTERDAM).date(), today)
    except (ValueError, TypeError, OverflowError):
        return today
