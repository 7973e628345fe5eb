"""What a mail in HTML shows, as lines of text: what it quotes begins with '>', what nobody sees is left out. Pure."""

import re
from html.parser import HTMLParser

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
"""Stands at what was struck out: a word with it is none that anybody meant."""


def lines_of(html: str) -> str:
    """Return the lines that a page shows."""
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
    """Return how the content of an element looks: unseen, struck, quoted, or plain."""
    style = attributes.get("style", "")
    marks = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if tag in _UNSEEN or "hidden" in attributes or _HIDDEN.search(style):
        return "unseen"
    if tag in _STRUCK or _THROUGH.search(style):
        return "struck"
    return "quoted" if tag == "blockquote" or _QUOTED.search(marks) else "plain"
