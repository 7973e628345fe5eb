"""The JSON of `hervat account`."""

from hervat.settings import Strict


class ProcessingActivityJson(Strict):
    """For what something is held."""

    name: str
    """Its name."""
    uri: str
    """Its URI: the same for the same gemeente and activity."""
    purpose: str
    """The purpose, in Dutch."""
    ground: str
    """The ground, in Dutch."""
    source: str
    """Where it comes from, in Dutch."""
    term: str
    """How long it is kept, in Dutch."""


class ProcessingRecipientJson(Strict):
    """Who receives data."""

    name: str
    """A party, a supplier, or CBS."""
    kind: str
    """party, supplier or cbs."""
    role: str
    """What it does, in Dutch."""
    receives: str
    """What it receives, in Dutch."""


class ProcessingEntryJson(Strict):
    """The entry of one gemeente (AVG 30)."""

    code: str
    """The gemeentecode."""
    controller: str
    """The verwerkingsverantwoordelijke."""
    subjects: list[str]
    """Of whom."""
    data: list[str]
    """Which data."""
    sources: list[str]
    """The configured sources."""
    systems: list[str]
    """The configured local systems."""
    activities: list[ProcessingActivityJson]
    """Purposes, grounds and terms."""
    recipients: list[ProcessingRecipientJson]
    """Who receives data."""
    security: list[str]
    """Measures that follow from the configuration."""
    to_complete: list[str]
    """What the configuration does not know: the gemeente adds it."""


class ProcessingRegisterJson(Strict):
    """`hervat account register`."""

    entries: list[ProcessingEntryJson]
    """An entry a gemeente."""
    file: str | None
    """The page that was written, if any."""
