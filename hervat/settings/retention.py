"""How long each kind of data is kept. Without a term a kind is kept for ever."""

from calendar import monthrange
from datetime import MAXYEAR, date, timedelta
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from hervat.settings.base import Strict

Term = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}[ymd]$")]
"""A number with y (years), m (months) or d (days), such as 5y, 18m or 90d."""
_FROM = date(2023, 3, 1)  # terms are compared from this day: three years from here hold a leap day
_INCIDENT = "3y"
_UNITS = {"y": "jaar", "m": "maanden", "d": "dagen"}


class KeptFor(Strict):
    """How long a kind is kept, and why. A term alone may be written as text."""

    term: Term
    """How long: y (years), m (months) or d (days)."""
    selektielijst: str = ""
    """The number of the result in the selectielijst of the gemeenten."""
    ground: str = ""
    """Why this term."""

    @property
    def because(self) -> str:
        """The number and the ground in Dutch, "" without them."""
        number = f"selectielijst {self.selektielijst}" if self.selektielijst else ""
        return ", ".join(text for text in (number, self.ground) if text)


class KeptDelivery(KeptFor):
    """How long the persons in a delivery are kept, and its files."""

    files: Term | None = None
    """How long the folder of a delivery is kept once it is confirmed; left out: as long as its persons."""


def _whole(given: Any) -> Any:
    """Return a term alone as a mapping."""
    return {"term": given} if isinstance(given, str) else given


Kept = Annotated[KeptFor, BeforeValidator(_whole, json_schema_input_type=Term | KeptFor)]
Delivered = Annotated[KeptDelivery, BeforeValidator(_whole, json_schema_input_type=Term | KeptDelivery)]


class Retention(Strict):
    """A term for each kind of data, as text or with its selektielijst and ground.

    Counted from the last event of the thing or from the day its round was closed, whichever is later.
    """

    download: Kept | None = None
    """How long the originals of downloads are kept; left out: for ever."""
    signal: Kept | None = None
    """How long signals are kept; a person ends when this and `person` have passed. Left out: for ever."""
    person: Kept | None = None
    """How long a person is known: identifiers, state, decisions, plans; left out: for ever."""
    personalia: Kept | None = None
    """How long name and date of birth are kept; of a corrected person counted from the end of the correction, before
    the round is closed. Left out: as long as the person.
    """
    disclosure: Kept | None = None
    """How long it is kept which party received whose data; left out: for ever."""
    notice: Kept | None = None
    """How long archived notices are kept; left out: for ever."""
    receipt: Kept | None = None
    """How long the free text of answers to notices is kept; left out: as long as the notice."""
    delivery: Delivered | None = None
    """How long it is kept whom a delivery to CBS held, with the folder of its quarter; left out: for ever."""
    report: Kept | None = None
    """How long the reports of the nights are kept; left out: for ever."""
    worklist: Kept | None = None
    """How long a worklist is kept that no night replaced, and a filled-in one that was read; left out: for ever."""
    journal: Kept | None = None
    """How long lines of the journal are kept; not shorter than any other term. Left out: for ever."""
    incident: Kept | None = None
    """How long closed incidents are kept, at least 3y; left out: for ever."""

    def of(self, kind: str) -> KeptFor | None:
        """Return the term of a kind with its reasons; None: kept for ever."""
        kept: KeptFor | None = getattr(self, kind)
        return kept

    def term(self, kind: str) -> str | None:
        """Return the term of a kind; None: kept for ever."""
        kept = self.of(kind)
        return kept.term if kept else None

    @property
    def whole_person(self) -> KeptFor | None:
        """The longer of the terms of `signal` and `person`, which end together; None if one has no term."""
        if self.signal is None or self.person is None:
            return None
        return self.signal if _shorter(self.person.term, self.signal.term) else self.person

    @property
    def delivery_files(self) -> str | None:
        """The term of the folder of a confirmed delivery; None: as long as its persons."""
        return self.delivery.files if self.delivery else None

    @property
    def without(self) -> list[str]:
        """The kinds without a term, in order."""
        return [kind for kind in KINDS if self.of(kind) is None]

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        incident, journal = self.term("incident"), self.term("journal")
        if incident and _shorter(incident, _INCIDENT):
            raise ValueError("incident must be 3y at least: the AP must be able to check each breach (AVG 33(5))")
        longer = [kind for kind in KINDS if journal and (term := self.term(kind)) and _shorter(journal, term)]
        if longer:
            raise ValueError(f"journal must be as long as the longest other term; {', '.join(longer)}: longer")
        return self


KINDS = tuple(Retention.model_fields)
"""The kinds of data, in the order of the configuration."""


def end_of(start: date, term: str) -> date:
    """Return the day on which a term (5y, 18m, 90d) from `start` has passed; 29 February ends on the 28th."""
    count, unit = int(term[:-1]), term[-1]
    if unit == "d":
        return start + timedelta(days=count)
    years, month = divmod(start.month - 1 + count * (12 if unit == "y" else 1), 12)
    year, month = start.year + years, month + 1
    if year > MAXYEAR:
        return date.max
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def dutch_term(term: str) -> str:
    """Return a term in Dutch: `5 jaar`."""
    count, unit = term[:-1], _UNITS[term[-1]]
    one = {"maanden": "maand", "dagen": "dag"}.get(unit, unit)
    return f"{count} {one if count == '1' else unit}"


def _shorter(term: str, than: str) -> bool:
    return end_of(_FROM, term) < end_of(_FROM, than)
