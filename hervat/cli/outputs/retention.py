"""The JSON of `hervat retention`."""

from datetime import date

from hervat.settings import Strict


class KindDueJson(Strict):
    """What is due of a kind."""

    kind: str
    """The kind, as under retention in hervat.yaml."""
    count: int
    """How many things are past their term, and wait for nothing."""
    term: str | None
    """The term; null: kept for ever."""
    oldest: date | None
    """The earliest day from which a term counted."""
    since: date | None
    """The first day on which one was over."""
    agreed: list[str]
    """Who agreed to the destruction of some or all of them."""


class RetirementJson(Strict):
    """One gemeente."""

    municipality: str
    """The gemeentecode."""
    due: list[KindDueJson]
    """A line a kind: what is due, and waits for a person."""
    destroyed: dict[str, int]
    """Kind -> things that this call destroyed."""
    files: dict[str, int]
    """Kind -> files and folders in the output that this call removed; nobody has to agree to those."""
    statements: list[str]
    """The files of the verklaring van vernietiging."""


class RetentionJson(Strict):
    """`hervat retention due` and `destroy`."""

    municipalities: list[RetirementJson]
    """A line a gemeente."""
    errors: list[str]
    """Local systems that could not be read: whoever may be there is left out."""
