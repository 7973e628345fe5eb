"""The JSON of `hervat journal`."""

from hervat.settings import Strict


class JournalledJson(Strict):
    """A line of the journal."""

    municipality: str
    """The gemeentecode."""
    seq: int
    """Its number in the journal of the gemeente."""
    at: str
    """When, in UTC."""
    actor: str
    """Who: a name that was typed, or the account."""
    account: str | None
    """The account of the machine; null in lines of an older version."""
    host: str | None
    """The machine."""
    command: str | None
    """The command or flow."""
    run: int | None
    """The run, within a night."""
    step: str | None
    """The step of the run."""
    action: str
    """What was done."""
    object: str
    """To what."""
    result: str
    """With what result."""
    origin: str
    """From where it was asked."""


class JournalListJson(Strict):
    """`hervat journal list`."""

    lines: list[JournalledJson]
    """The lines, oldest first."""


class LogboekCountsJson(Strict):
    """What was exported of one gemeente."""

    code: str
    """The gemeentecode."""
    journal: int
    """Lines of the journal in the period."""
    left_out: int
    """Of these: lines about an earlier export."""
    lines: int
    """Lines written for a line of the journal."""
    persons: int
    """Lines written besides, for a person of such a line."""


class JournalExportJson(Strict):
    """`hervat journal export`."""

    file: str | None
    """The file that was written; null without --out."""
    otlp: str | None
    """The host to which it was sent; null without --otlp."""
    sent: int | None
    """Lines that the collector took; null without --otlp."""
    form: str
    """Its form: logboek."""
    municipalities: list[LogboekCountsJson]
    """What is in it of each gemeente."""
