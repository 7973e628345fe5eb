"""The form on the worklist: the columns that a caseworker fills in and their allowed values, for writer and reader."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

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
