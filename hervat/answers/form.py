"""The form on the worklist: its columns and their allowed values, for the writer, and a filled-in row as an answer.

A row is parsed into an answer or a reason to refuse it. Pure; no value is ever shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from hervat.bsn import stands_in
from hervat.downloads import stands_for_nothing

SHEET, ABOUT = "Personen", "Uitleg"
NUMBER, BSN, V_NUMBER, SIGNAL = "Nummer", "BSN", "V-nummer", "Signaal"
MUNICIPALITY = "Gemeentecode"
"""On the sheet Uitleg, before the code itself: a worklist is only read by its own gemeente."""
MADE_ON = "Gemaakt op"
"""There too, before the day: a cell that was filled in on that day's list already is not a new answer."""

LETTER, NOTIFICATION, SPOKEN = "Brief van DUO", "Kennisgeving van", "Gesproken op"
HELP, REMARK, WHO = "Hulp gevraagd", "Opmerking", "Wie"
COLUMNS = (LETTER, NOTIFICATION, SPOKEN, HELP, REMARK, WHO)
LETTERS = ("ontvangen", "niet ontvangen", "weet niet")
HELPS = ("ja", "nee")
NONE: Literal["geen"] = "geen"
"""Under `Kennisgeving van`: the person got none."""

FIELDS = ("letter", "notification", "spoken", "help", "remark")


@dataclass(frozen=True, repr=False)
class FormAnswer:
    """The answers of a caseworker about a person; None is not answered yet. Personal data: it has no repr."""

    letter: str | None = None
    notification: date | Literal["geen"] | None = None
    spoken: date | None = None
    help: str | None = None
    remark: str | None = None
    who: str | None = None

    @property
    def given(self) -> dict[str, object]:
        """The answers, by field; `who` is not an answer."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}

    def without(self, shown: "FormAnswer") -> "FormAnswer":
        """Return the answers without those that the worklist showed already when it was given out."""
        same = [name for name, value in self.given.items() if shown.given.get(name) == value]
        return replace(self, **dict.fromkeys(same))

    def with_later(self, later: "FormAnswer") -> "FormAnswer":
        """Return the answers, overwritten by those of a later row; its empty cells change nothing."""
        return replace(self, **later.given, who=later.who or self.who)  # type: ignore[arg-type]


NOTHING = FormAnswer()
"""The answers about a person before anything is answered."""


Reason = Literal[
    "at_a_signal", "letter_unknown", "day_malformed", "day_to_come", "day_too_early", "help_unknown", "text_too_long",
    "control_characters", "error_value", "who_missing", "who_wrong", "person_unknown", "persons_differ",
    "kennisgeving_refused", "choice_made",
]  # fmt: skip
REASONS: tuple[Reason, ...] = get_args(Reason)
"""The reasons to refuse a row; the last four need the register."""

_LONGEST = {REMARK: 2000, WHO: 100}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WRITTEN = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")


class RowRefused(Exception):
    """A row is refused; `reason` is one of REASONS."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


def answer_in(cells: Mapping[str, str], first: date, last: date) -> FormAnswer | None:
    """Return the answer in the cells (by title of their column), None if there is none.

    first, last: the days between which a conversation must be; a kennisgeving's day is checked when it is recorded.
    Raises RowRefused.
    """
    texts = {title: _text(title, cells.get(title, "")) for title in (LETTER, NOTIFICATION, SPOKEN, HELP, REMARK, WHO)}
    answer = FormAnswer(
        letter=_one_of(texts[LETTER], LETTERS, "letter_unknown"),
        notification=NONE if texts[NOTIFICATION].casefold() == NONE else _day(texts[NOTIFICATION]),
        spoken=_between(_day(texts[SPOKEN]), first, last),
        help=_one_of(texts[HELP], HELPS, "help_unknown"),
        remark=texts[REMARK] or None,
        who=texts[WHO] or None,
    )
    return answer if answer.given else None


def refuse_nobody(answer: FormAnswer) -> None:
    """Raise RowRefused if there is no name, or more than a name: it goes into the journal."""
    if answer.who is None:
        raise RowRefused("who_missing")
    if stands_in(answer.who) or not any(map(str.isalpha, answer.who)):
        raise RowRefused("who_wrong")


def _text(title: str, cell: str) -> str:
    text = cell.replace("\r\n", "\n").strip()
    if len(text) > _LONGEST.get(title, 100):
        raise RowRefused("text_too_long")
    if _CONTROL.search(text):
        raise RowRefused("control_characters")
    if stands_for_nothing(text):
        raise RowRefused("error_value")
    return text if title == REMARK else " ".join(text.split())


def _one_of(text: str, choices: tuple[str, ...], reason: Reason) -> str | None:
    if text and text.casefold() not in choices:
        raise RowRefused(reason)
    return text.casefold() or None


def _day(text: str) -> date | None:
    match = _WRITTEN.fullmatch(text)
    try:
        day = (match[3], match[2], match[1]) if match else text.split("-")
        return date(*map(int, day)) if text else None
    except (ValueError, TypeError):
        raise RowRefused("day_malformed") from None


def _between(day: date | None, first: date, last: date) -> date | None:
    if day and day > last:
        raise RowRefused("day_to_come")
    if day and day < first:
        raise RowRefused("day_too_early")
    return day
