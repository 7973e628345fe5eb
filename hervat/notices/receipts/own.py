"""Separate the sender's own text in a mail from quoted text, as any mail program writes it. Pure."""

import re
from dataclasses import dataclass
from itertools import pairwise

_QUOTE = re.compile(r"\s*[>|\u203a]")
_SCHREEF = re.compile(
    r"^\s*(?:(?:op|on|le|am|in|den)\b.{0,200}\b(?:schreef|wrote|geschreven|heeft geschreven|schrieb|a écrit)\b"
    r"|(?=.*[\d@<]).{0,120}\b(?:schreef|wrote|heeft het volgende geschreven|schrieb)(?: op\b.{0,80})?).{0,120}:\s*$",
    re.IGNORECASE,
)
_SPLIT_SCHREEF = re.compile(r"^\s*(?:op|on)\s.{0,160}$", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*(?:[-_\s]{2,}\s*(?:oorspronkelijk|original|doorgestuurd|forwarded|begin doorgestuurd)"
    r"|begin (?:doorgestuurd bericht|forwarded message)|_{10,}\s*$)",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^\s*\*?(?:van|from|von|de)\s?\*?:\s?\*?\s*\S", re.IGNORECASE)
_MORE_HEAD = re.compile(
    r"^\s*\*?(?:verzonden|datum|aan|onderwerp|sent|date|to|subject|cc|gesendet|an|betreff)\s?\*?:", re.IGNORECASE
)
_NEAR = 6  # lines of a quoted head


@dataclass(frozen=True)
class Own:
    """lines: the sender's own, empty lines too. quoted: quoted lines. mixed: own lines between quoted ones."""

    lines: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    mixed: bool = False


def own_of(text: str) -> Own:
    """Return the own and quoted lines of a text."""
    lines = text.splitlines()
    cut = next((at for at in range(len(lines)) if _begins(lines, at)), len(lines))
    above, below = lines[:cut], lines[cut:]
    marked = any(_QUOTE.match(line) for line in below)
    if marked and cut < len(lines) and not _is_original(lines, cut):
        return _parted(above + below[_attribution(below) :], tuple(below[: _attribution(below)]))
    return _parted(above, tuple(below))


def _parted(lines: list[str], quoted: tuple[str, ...]) -> Own:
    """Separate the lines that begin with a quote mark."""
    marks = [bool(_QUOTE.match(line)) for line in lines]
    own = tuple(line for line, mark in zip(lines, marks, strict=True) if not mark)
    taken = tuple(line for line, mark in zip(lines, marks, strict=True) if mark)
    written = [not mark for line, mark in zip(lines, marks, strict=True) if line.strip(" >|")]
    turns = sum(before != after for before, after in pairwise(written))
    return Own(own, quoted + taken, mixed=turns > 1)


def _begins(lines: list[str], at: int) -> bool:
    return _is_original(lines, at) or bool(_attribution(lines[at:]))


def _attribution(lines: list[str]) -> int:
    """Return the number of lines that attribute the quote below them; 0 if there are none."""
    if lines and _SCHREEF.match(lines[0]):
        return 1
    for more in (2, 3):
        joined = " ".join(line.strip() for line in lines[:more])
        if len(lines) >= more and _SPLIT_SCHREEF.match(lines[0]) and _SCHREEF.match(joined):
            return more
    return 0


def _is_original(lines: list[str], at: int) -> bool:
    """True if the head of a quoted mail begins here, as Outlook writes it."""
    if _ORIGINAL.match(lines[at]):
        return True
    return bool(_HEAD.match(lines[at])) and any(_MORE_HEAD.match(line) for line in lines[at + 1 : at + _NEAR])
