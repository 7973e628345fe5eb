"""What a worklist asks of a caseworker: the columns to fill in and what may stand there, for writer and reader."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

SHEET, ABOUT = "Personen", "Uitleg"
NUMBER, BSN, V_NUMBER, SIGNAL = "Nummer", "BSN", "V-nummer", "Signaal"
MUNICIPALITY = "Gemeentecode"
"""On the sheet Uitleg, before the code itself: a worklist goes back to its own gemeente alone."""
MADE_ON = "Gemaakt op"
"""There too, before the day: what stood filled in on that day's list already is no new answer."""

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
    """What is known of a person by his caseworker; None is not answered yet. Personal data: it has no repr."""

    letter: str | None = None
    notification: date | Literal["geen"] | None = None
    spoken: date | None = None
    help: str | None = None
    remark: str | None = None
    who: str | None = None

    @property
    def given(self) -> dict[str, object]:
        """What is answered, by field; who answered is no answer."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}

    def without(self, shown: "FormAnswer") -> "FormAnswer":
        """Return the answers but for those that the worklist showed already when it was given out."""
        same = [name for name, one in self.given.items() if shown.given.get(name) == one]
        return replace(self, **dict.fromkeys(same))

    def with_later(self, later: "FormAnswer") -> "FormAnswer":
        """Return the answers with those of a later row over them: what that leaves empty stays."""
        return replace(self, **later.given, who=later.who or self.who)  # type: ignore[arg-type]


NOTHING = FormAnswer()
"""Of a person of whom nothing is answered yet."""
