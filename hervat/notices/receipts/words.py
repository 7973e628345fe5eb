"""What a person says of a notice in words: the first line of a mail, or a text file with a number and a word. Pure.

The words are those of statuses.py. The same JSON as in a file counts in a mail too.
"""

import re
from datetime import date
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from hervat.notices.receipts.bounce import NUMBER
from hervat.notices.receipts.confirmation import Confirmation, fit, read_confirmation
from hervat.notices.receipts.statuses import status_of

_EXPLAINED = ("partly", "refused")
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_SPLIT = re.compile(r"[\s:;,.]")
_COUNT = re.compile(
    r"\d{1,6}(?![\d/-]|\.\d|\s+(?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec))", re.IGNORECASE
)
"""How many, and no day: 3, but not 3 maart or 3-3-2022."""
_BREAKS = frozenset(("br", "p", "div", "li", "tr", "blockquote"))
_UNSEEN = frozenset(("style", "script", "title"))


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
    first = lines[0].lstrip(" -*") if lines else ""
    return _confirmed(number, _status(first) or "received", _rest(first), _day(head, today))


def said_in_words(data: bytes, today: date) -> Confirmation | None:
    """Return what a text file says: the number of one notice, and a line that begins with a word; else None.

    What follows the word belongs to it. Both may stand on one line, and in any order.
    """
    lines = [line.strip() for line in _decoded(data).splitlines()]
    number = _number("", lines, "")
    pieces = [piece.strip(" \t.,:;-*") for line in lines for piece in NUMBER.split(line)]
    at = next((place for place, piece in enumerate(pieces) if _status(piece)), None)
    if number is None or at is None:
        return None
    status, rest = str(_status(pieces[at])), _rest(pieces[at])
    why = " ".join([rest, *pieces[at + 1 :]]) if status in _EXPLAINED else rest
    return _confirmed(number, status, why, today)


def _confirmed(number: str, status: str, rest: str, day: date) -> Confirmation:
    """Return an answer. rest: behind the word: why, or how many were erased and what shows it (klaar 3 rapport 17)."""
    given = rest.strip(" .,:;-")
    if status in _EXPLAINED:
        reason = fit(given)
        return Confirmation(number, status, day, reason=reason, unfit=bool(given) and reason is None)
    erased = _COUNT.match(given) if status == "done" else None
    if erased is None:
        return Confirmation(number, status, day)
    shown = given[erased.end() :].strip(" .,:;-")
    evidence = fit(shown)
    return Confirmation(number, status, day, evidence, int(erased[0]), unfit=bool(shown) and evidence is None)


def _status(line: str) -> str | None:
    return status_of(_SPLIT.split(line, maxsplit=1)[0])


def _rest(line: str) -> str:
    return "".join(_SPLIT.split(line, maxsplit=1)[1:])


def _attached(content: EmailMessage) -> Confirmation | None:
    for part in content.walk():
        if part.get_content_type() == "application/json":
            return read_confirmation(part.get_payload(decode=True))  # type: ignore[arg-type]
    text = next((line for line in _own_lines(content) if line.startswith("{")), "")
    return read_confirmation(text.encode()) if text else None


def _text(content: EmailMessage) -> str:
    body = content.get_body(("plain", "html"))
    said = str(body.get_content()) if body else ""
    return _seen(said) if body and body.get_content_type() == "text/html" else said


def _seen(html: str) -> str:
    """Return what a page shows, as lines; what it quotes begins with '>'."""
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.text)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._unseen = self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its base calls
        self._unseen += tag in _UNSEEN
        self._quoted += tag == "blockquote"
        if tag in _BREAKS:
            self.text.append("\n> " if self._quoted else "\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._quoted -= tag == "blockquote"
        if tag in _BREAKS:
            self.text.append("\n> " if self._quoted > 0 else "\n")

    def handle_data(self, data: str) -> None:
        if self._unseen <= 0:
            self.text.append(" ".join(data.split("\n")))


def _decoded(data: bytes) -> str:
    """Return a text as Windows and others save it; in windows-1252 each byte that has no sign is one for 'none'."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


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
