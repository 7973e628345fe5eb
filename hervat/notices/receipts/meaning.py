"""The meaning of an answer in words: received, done, refused or partly; None if a person must read it. Pure.

A greeting may precede the word, and a closing with a signature may follow. It is only 'done' if each clause is known
(vocabulary.py). For refused and partly the first word decides: a person calls the party anyway.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hervat.notices.receipts import vocabulary as known
from hervat.notices.receipts.bounce import NUMBER
from hervat.notices.receipts.statuses import status_of

EXPLAINED = ("partly", "refused")
_SPLIT = re.compile(r"[\s:;,.]")
_CLAUSES = re.compile(r"[.,:;!]+(?=\s|$)|\s[-\u2013\u2014]+\s|[()\n]")
_EDGE = " \t.,:;!-*\"'\u2022\u00b7\u201c\u201d"
_GREETING = re.compile(
    r"^(?:beste|geachte|dag|hallo|hoi|hi|hello|dear|l\.? ?s\.?|mijne heren|goede?n?\s?(?:morgen|middag|avond|dag)"
    r"|good (?:morning|afternoon|evening))\b(?P<who>[^,.!:?\n]{0,60})(?:[,.!:]+|$)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:met )?(?:(?:vriendelijke|hartelijke|beste|warme|de meeste|veel) )*(?:groet|groeten"
    r"|groetjes)\b|m\.?\s?v\.?\s?g\b"
    r"|vr\.? ?gr\b|gr\b|hoogachtend|(?:kind|best|warm)? ?regards\b|sincerely|--\s*$|_{3,}|-{3,}|={3,}|\*{3,}"
    r"|(?:verzonden|verstuurd) vana?f\b|sent from\b|outlook voor|get outlook|disclaimer|de informatie (?:in|verzonden)"
    r"|(?:dit|deze) (?:e-?mail(?:bericht)?|bericht) (?:is|kan|en)\b.*(?:bestemd|vertrouwelijk|bijlage|informatie)"
    r"|the information|this (?:e-?mail|message) (?:is|may|and)\b)",
    re.IGNORECASE,
)
_SMALL_PRINT = re.compile(
    r"bestemd|vertrouwelijk|geadresseerde|disclaimer|e-?mail|intended|confidential|recipient|virus|aansprakelijk|print",
    re.I,
)
_AFTERTHOUGHT = re.compile(r"^(?:p\.? ?s\b|n\.? ?b\b|let op|opmerking|nagekomen|aanvulling)", re.IGNORECASE)
_NAME = re.compile(r"(?:(?:[A-Z\u00c0-\u00de][\w'\u2019.-]*|de|van|den|der|het|ten|ter|te|'t|op|in|en|&) ?){1,6}")
_PLAIN = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\u202f": " ", "\u200b": None, "\ufeff": None, "\u00ad": None}
)


@dataclass(frozen=True)
class Said:
    """An answer. status: one of statuses.py; rest: the text behind it on the line; more: the lines below."""

    status: str
    rest: str = ""
    more: tuple[str, ...] = ()


def meaning(lines: Iterable[str]) -> Said | None:
    """Return the meaning of lines; None if it is not certain."""
    body, signature = _parted([_plain(line) for line in lines])
    pieces = [piece for piece in _without_greeting(body) if not known.LABEL.fullmatch(_low(piece))]
    if not pieces:
        return None
    first, more = pieces[0], tuple(pieces[1:])
    status = status_of(_SPLIT.split(first, maxsplit=1)[0])
    rest = "".join(_SPLIT.split(first, maxsplit=1)[1:])
    if status in EXPLAINED and not _asks(first):
        return Said(str(status), rest, more)
    if any(map(_asks, pieces)):
        return None
    if _is_done(status, first, rest, more) and not _takes_back(signature):
        return Said("done", rest if status == "done" else "", more)
    return Said("received", rest, more) if _is_received(pieces) and not _takes_back(signature) else None


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", line.translate(_PLAIN)).strip()


def _low(text: str) -> str:
    return " ".join(text.strip(_EDGE).casefold().split())


def _asks(text: str) -> bool:
    return "?" in text


def _parted(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines above the closing, and those below it."""
    at = next((at for at, line in enumerate(lines) if _CLOSING.match(line.lstrip("*- ") or line)), len(lines))
    return list(lines[:at]), list(lines[at + 1 :])


def _without_greeting(lines: Iterable[str]) -> list[str]:
    """Return the pieces between numbers, without empty ones and the greeting."""
    pieces = [piece.strip(" \t.,:;-*\u2022") for line in lines for piece in NUMBER.split(line)]
    kept = [piece for piece in pieces if piece]
    while kept and (greeted := _GREETING.match(kept[0])) and not _means_something(greeted["who"]):
        rest = kept[0][greeted.end() :].strip(" \t.,:;-*")
        kept = [rest, *kept[1:]] if rest else kept[1:]
    return kept


def _means_something(who: str) -> bool:
    """True if the words behind a greeting are more than a name."""
    low = _low(who)
    return bool(known.UNSURE.search(low)) or any(status_of(word) for word in low.split())


def _clauses(text: str) -> Iterator[str]:
    return (clause for clause in map(_low, _CLAUSES.split(text)) if clause)


def _is_done(status: str | None, first: str, rest: str, more: Sequence[str]) -> bool:
    """True if the first piece says 'done', and nothing else takes any of it back."""
    if status == "done" and first.split(maxsplit=1)[0].strip(_EDGE).casefold() != _low(first):
        there = _shows(rest) or all(map(_goes_with_done, _clauses(rest)))
    else:
        clauses = list(_clauses(first))
        there = bool(clauses) and bool(known.DONE.fullmatch(clauses[0])) and all(map(_goes_with_done, clauses))
        if not there and len(clauses) > 1 and clauses[0] in ("ja", "oke", "oké", "ok", "yes"):
            there = bool(known.DONE.fullmatch(clauses[1])) and all(map(_goes_with_done, clauses))
    return there and all(_goes_along(piece, last=len(more) - at <= 3) for at, piece in enumerate(more))


def _goes_along(piece: str, last: bool) -> bool:
    return all(map(_goes_with_done, _clauses(piece))) or (last and _is_name(piece))


def _goes_with_done(clause: str) -> bool:
    if known.POLITE.fullmatch(clause) or known.MORE_DONE.fullmatch(clause) or known.LABEL.fullmatch(clause):
        return True
    return bool(known.DAY.fullmatch(clause) or known.REACH.fullmatch(clause) or re.fullmatch(r"\d{7,9}", clause))


def _shows(rest: str) -> bool:
    """True if the text behind 'done' is a count with evidence: 3 rapport 17."""
    low = _low(rest)
    counted = re.match(r"\d{1,6}(?!\d)(?:[ .,:;-]+|$)", low)
    if not counted or known.UNSURE.search(low) or known.MORE.search(low) or known.DAY.fullmatch(low):
        return bool(known.DAY.fullmatch(low))
    return bool(known.SHOWN.fullmatch(low[counted.end() :]))


def _is_name(piece: str) -> bool:
    """True if a piece may be the name of the writer or their organisation."""
    return bool(_NAME.fullmatch(piece.strip(" .,"))) and not known.UNSURE.search(_low(piece))


def _is_received(pieces: Sequence[str]) -> bool:
    clauses = [clause for piece in pieces for clause in _clauses(piece)]
    if not clauses or not known.RECEIVED.fullmatch(clauses[0]):
        return False
    return not any(known.NEGATIVE.search(clause) for clause in clauses[1:] if not known.POLITE.fullmatch(clause))


def _takes_back(signature: Sequence[str]) -> bool:
    """True if something below the closing may take back the text above it; small print does not."""
    small = False
    for line in signature:
        small = small or bool(_SMALL_PRINT.search(line))
        if _AFTERTHOUGHT.match(line) or (line and not small and known.AFTER_ALL.search(_low(line))):
            return True
    return False
