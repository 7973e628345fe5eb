"""The JSON of `hervat person` and `hervat strangers`."""

from datetime import date
from datetime import date as Day
from typing import Any, Literal

from hervat.cli.outputs.notices import GemeenteJson
from hervat.settings import Strict


class PersonPlaceJson(Strict):
    """A place where something about a person may be: a table of the register, the vault's index, or the originals."""

    table: str
    """The table; `vault` for its index, `original` for the rows in the opened originals."""
    title: str
    """What it is, in Dutch."""
    purpose: str
    """For what it is held, in Dutch."""
    ground: str
    """On which ground, in Dutch."""
    source: str
    """From whom it came, in Dutch."""
    term: str
    """How long it is kept, in Dutch."""
    searched: bool
    """False: only --search-vault can tell whether the person is in it."""
    rows: list[dict[str, Any]]
    """What it holds about the person: the columns of the table, sealed ones opened."""


class PersonRecipientJson(Strict):
    """Who received data about the person."""

    name: str
    """A party, the system of a supplier, or CBS."""
    kind: str
    """party, supplier or cbs."""
    received: list[str]
    """The days on which a party received data, or the quarters delivered to CBS."""
    told: list[str]
    """The numbers of the notices and requests about the person."""


class PersonAccountJson(Strict):
    """All that hervat holds about a person, in one gemeente. Personal data."""

    municipality: GemeenteJson
    """The gemeente."""
    as_of: Day
    """The day."""
    person: int | None
    """The person's number; null if the register has no such person."""
    anything: bool
    """Whether anything was found, where it was searched."""
    searched_vault: bool
    """Whether the originals were opened."""
    places: list[PersonPlaceJson]
    """Every place, the empty ones too."""
    recipients: list[PersonRecipientJson]
    """Who received data."""
    not_searched: list[str]
    """What was not searched, in Dutch; never empty."""


class PersonLetterJson(Strict):
    """A letter to the person that was written."""

    file: str
    """The file."""
    password: str | None
    """The password of the PDF, which is stored nowhere; null for a text."""


class PersonShownJson(Strict):
    """`hervat person show`."""

    persons: list[PersonAccountJson]
    """The person, in each gemeente that was asked."""
    letters: list[PersonLetterJson]
    """The letters that were written."""


class ForgottenObjectJson(Strict):
    """An object of the vault that is destroyed with a person."""

    id: str
    """Its id."""
    kind: str
    """download or notice."""
    name: str
    """The name of its file."""


class ForgottenPersonJson(Strict):
    """What became of a person, in one gemeente."""

    municipality: GemeenteJson
    """The gemeente."""
    person: int | None
    """The person's number; null if the register has no such person."""
    state: str
    """refused, waits (for a second person) or forgotten."""
    open: list[str]
    """Why it was refused, all at once."""
    agreed_by: str | None
    """Who agreed, while it waits."""
    destroys: list[ForgottenObjectJson]
    """The objects of the vault that name the person: with all that they hold about others they go too."""
    ended: dict[str, int]
    """Table -> rows that were deleted, emptied or sealed again."""
    removed: list[str]
    """Files that were removed."""
    by_hand: list[str]
    """What hervat does not remove."""
    statements: list[str]
    """The pages about the destroyed objects."""


class PersonForgottenJson(Strict):
    """`hervat person forget`."""

    persons: list[ForgottenPersonJson]
    """The person, in each gemeente that knows them."""


class PersonHeldJson(Strict):
    """`hervat person hold`."""

    person: int
    """The person's number."""
    ground: Literal["18", "21"]
    """The article of the AVG."""
    until: Day | None
    """The last day of the hold; null for none."""
    waits: bool
    """True: a second person must confirm it. The person is not erased in either case."""


class PersonReleasedJson(Strict):
    """`hervat person release`."""

    person: int
    """The person's number."""
    released: bool
    """True: nothing more holds the person. False: a second person must release them too, or another hold stays."""


class PersonSplitJson(Strict):
    """`hervat person split`."""

    person: int
    """The number of the two as one; one of them keeps it."""
    other: int | None
    """The number of the other person; null while it waits for a second person."""
    waits: bool
    """True: nothing has changed yet."""
    moved: int
    """Rows of originals that are about the other person."""
    quarantined: int
    """Rows with numbers of both, which are quarantined (`joins_two`)."""
    erased_in: list[str]
    """Systems in which the two were erased as one: the other person may be missing there."""


class StrangerJson(Strict):
    """A person in a local system without a valid signal."""

    municipality: str
    """The gemeentecode."""
    person: int | None
    """The person's number; null before a night has given one."""
    kind: str
    """unseen, orphan, or left (gone from the systems while parties wait)."""
    systems: list[str]
    """The local systems."""
    since: date | None
    """Since when."""
    decided: str | None
    """What a first person decided: ours, or not ours."""
    by: str | None
    """Who that was."""


class StrangersJson(Strict):
    """`hervat strangers list`."""

    strangers: list[StrangerJson]
    """The strangers."""
    errors: list[str]
    """What could not be read."""


class DecidedStrangerJson(Strict):
    """`hervat strangers decide`."""

    person: int
    """The person's number."""
    ours: bool
    """Whether the person is the gemeente's."""
    waits: bool
    """Whether it counts only once another person says so."""
