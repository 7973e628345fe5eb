"""Answers in words: extract the text of a mail (plain or HTML) or text file, and read its meaning."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from hervat.notices.receipts.bounce import NUMBER
from hervat.notices.receipts.confirmation import Confirmation, fit, read_confirmation
from hervat.notices.receipts.doubt import Doubt
from hervat.notices.receipts.meaning import EXPLAINED, Said, meaning
from hervat.notices.receipts.own import Own, own_of

_BREAKS = frozenset(
    re.findall(r"\w+", "br p div li ul ol tr td th table hr pre blockquote section article h1 h2 h3 h4 h5 h6")
)
_UNSEEN = frozenset(("style", "script", "title", "template", "noscript"))
_STRUCK = frozenset(("s", "strike", "del"))
_EMPTY = frozenset(
    ("br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr", "source", "track", "embed")
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all")
_THROUGH = re.compile(r"line-through")
_QUOTED = re.compile(r"gmail_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|divrplyfwdmsg|appendonsend")
STRUCK = "\N{COMBINING LONG STROKE OVERLAY}"
"""Marks struck-out text: a word with it is not part of the answer."""


def lines_of(html: str) -> str:
    """Return the visible lines of a page."""
    page = _Page()
    page.feed(html)
    page.close()
    return "".join(page.text)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._open.append((tag, _look(tag, {name: (value or "").lower() for name, value in attrs})))
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its base calls
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        at = next((at for at in range(len(self._open) - 1, -1, -1) if self._open[at][0] == tag), None)
        if at is not None:
            del self._open[at:]
        self._break(tag)

    def handle_data(self, data: str) -> None:
        looks = {look for _, look in self._open}
        if "unseen" not in looks:
            self.text.append(" ".join(data.split("\n")) + (STRUCK if "struck" in looks and data.strip() else ""))

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.text.append("\n> " if any(look == "quoted" for _, look in self._open) else "\n")


def _look(tag: str, attributes: dict[str, str]) -> str:
    """Return the look of an element's content: unseen, struck, quoted, or plain."""
    style = attributes.get("style", "")
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if tag in _UNSEEN or "hidden" in attributes or _HIDDEN.search(style):
        return "unseen"
    if tag in _STRUCK or _THROUGH.search(style):
        return "struck"
    return "quoted" if tag == "blockquote" or _QUOTED.search(marks) else "plain"


_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_COUNT = re.compile(
    r"\d{1,6}(?![\d/-]|\.\d|\s+(?:jan|feb|maart|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec))", re.IGNORECASE
)
"""A count, not a day: 3, but not 3 maart or 3-3-2022."""
Answer = Confirmation | Doubt | None


def said_in_mail(content: EmailMessage, head: EmailMessage, today: date, covered: bool = False) -> Answer:
    """Return the answer in a mail, None if it names no notice.

    content: what to read; head: the mail whose date counts; covered: a signature covers the content but not the head,
    so its subject is not read.
    """
    day = day_of(head, today)
    owns = [own_of(text) for text in texts_of(content)]
    if attached := list(_attached(content, owns)):
        return _one_of(attached, owns, day)
    numbers, why = _numbers("" if covered else str(head["Subject"] or ""), owns)
    if len(numbers) != 1 or why:
        return Doubt(numbers, why or "several", day) if numbers else None
    meanings = [_in_own(own) for own in owns]
    sure = [said for said in meanings if said]
    if not sure or len(sure) < len(meanings):
        return Doubt(numbers, "not_clear" if any(_written(own) for own in owns) else "no_text", day)
    if len({said.status for said in sure}) > 1:
        return Doubt(numbers, "two_answers", day)
    return _confirmed(numbers[0], sure[0], day, whole=False)


def said_in_words(data: bytes, today: date) -> Answer:
    """Return the answer in a text file: the number of a notice, and a word; None if it names no notice.

    The text after the word belongs to it. Both may be on one line, in any order.
    """
    lines = [line.strip() for line in _decoded(data).splitlines()]
    numbers = tuple(sorted(set(NUMBER.findall("\n".join(lines)))))
    if not numbers:
        return None
    said = meaning(lines)
    if len(numbers) > 1 or said is None:
        return Doubt(numbers, "several" if len(numbers) > 1 else "not_clear", today)
    return _confirmed(numbers[0], said, today, whole=True)


def _in_own(own: Own) -> Said | None:
    """Return the certain meaning of a text; None too if own lines are between quoted ones (several answers)."""
    said = meaning(own.lines)
    return None if said is None or (own.mixed and said.status not in EXPLAINED) else said


def _written(own: Own) -> bool:
    return any(line.strip() for line in own.lines)


def _confirmed(number: str, said: Said, day: date, whole: bool) -> Confirmation:
    """Return an answer: after its word comes the reason, or a count with evidence (klaar 3 rapport 17).

    whole: the reason is all text that follows, else the rest of the line.
    """
    rest = " ".join([said.rest, *said.more]) if whole and said.status in EXPLAINED else said.rest
    given = rest.strip(" .,:;-")
    if said.status in EXPLAINED:
        reason = fit(given)
        return Confirmation(number, said.status, day, reason=reason, unfit=bool(given) and reason is None)
    erased = _COUNT.match(given) if said.status == "done" else None
    if erased is None:
        return Confirmation(number, said.status, day)
    shown = given[erased.end() :].strip(" .,:;-")
    evidence = fit(shown)
    return Confirmation(number, said.status, day, evidence, int(erased[0]), unfit=bool(shown) and evidence is None)


def _attached(content: EmailMessage, owns: Iterable[Own]) -> Iterator[Confirmation]:
    """Yield the JSON confirmations in a mail: in its files, not those of an enclosed mail, and in its text."""
    for part in _own_parts(content):
        name = str(part.get_filename() or "").lower()
        if part.get_content_type() == "application/json" or name.endswith(".json"):
            data = part.get_payload(decode=True)
            if confirmation := read_confirmation(data) if isinstance(data, bytes) else None:
                yield confirmation
    for own in owns:
        if confirmation := _written_out(own):
            yield confirmation


def _written_out(own: Own) -> Confirmation | None:
    text = "\n".join(own.lines)
    start = re.search(r"^\s*\{", text, re.MULTILINE)
    try:
        end = json.JSONDecoder().raw_decode(text, start.end() - 1)[1] if start else 0
    except (ValueError, RecursionError):
        return None
    return read_confirmation(text[start.end() - 1 : end].encode()) if start else None


def _one_of(confirmations: list[Confirmation], owns: Iterable[Own], day: date) -> Answer:
    """Return the only confirmation of a mail; several, or words with another meaning, are a doubt."""
    numbers = tuple(sorted({confirmation.number for confirmation in confirmations}))
    if len(set(confirmations)) > 1:
        return Doubt(numbers, "two_answers", day)
    said = {meant.status for meant in map(_in_own, owns) if meant}
    same = said <= {confirmations[0].status, "received"}
    return confirmations[0] if same else Doubt(numbers, "two_answers", day)


def _own_parts(message: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts of a mail, without those of an enclosed mail."""
    if message.get_content_type() == "message/rfc822":
        return
    yield message
    if message.is_multipart():
        for part in message.iter_parts():
            yield from _own_parts(part)  # type: ignore[arg-type]


def texts_of(content: EmailMessage) -> list[str]:
    """Return the texts of a mail: plain and HTML, without empty ones."""
    texts = [_text(content, kind) for kind in ("plain", "html")]
    return [text for text in texts if text.strip()]


def _text(content: EmailMessage, kind: str) -> str:
    body = content.get_body((kind,))
    if body is None or body.get_content_maintype() != "text":
        return ""
    try:
        said = str(body.get_content())
    except LookupError:  # a set of characters that nobody knows
        data = body.get_payload(decode=True)
        said = data.decode("cp1252", "replace") if isinstance(data, bytes) else ""
    return lines_of(said) if kind == "html" else said


def _decoded(data: bytes) -> str:
    """Return a text as Windows and others save it; in windows-1252 each byte that has no sign is one for 'none'."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _numbers(subject: str, owns: Iterable[Own]) -> tuple[tuple[str, ...], str | None]:
    """Return the numbers of the notices that a mail is about, from the first place that holds any; and what is odd."""
    own = _found("\n".join(line for text in owns for line in text.lines))
    quoted = _found("\n".join(line for text in owns for line in text.quoted))
    named = _found(subject)
    first = next((place for place in (named, own, quoted) if place), set())
    odd = bool(named and own - named) or bool(named and quoted and not named & quoted)
    every = first | own | (quoted if odd and not own - named else set())
    return tuple(sorted(every)), "several" if odd else None


def _found(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def day_of(head: EmailMessage, today: date) -> date:
    """Return the day of a mail as it was in the Netherlands; today where it has none, or one still to come."""
    try:
        return min(parsedate_to_datetime(str(head["Date"])).astimezone(_AMSTERDAM).date(), today)
    except (ValueError, TypeError, OverflowError):
        return today
