"""The JSON of `hervat account` and `hervat journal`."""

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


class FlowNodeJson(Strict):
    """A place where data are."""

    name: str
    """Its name: a configured one, or one of hervat's own."""
    kind: str
    """source, own, system, supplier, party, cbs or staff."""
    about: str
    """What it is, in Dutch."""


class FlowEdgeJson(Strict):
    """What goes from one place to another."""

    source: FlowNodeJson
    """From where."""
    target: FlowNodeJson
    """To where."""
    what: str
    """What goes, in Dutch."""


class DataFlowJson(Strict):
    """The flow of personal data."""

    nodes: list[FlowNodeJson]
    """The places."""
    edges: list[FlowEdgeJson]
    """What goes between them."""


class RiskJson(Strict):
    """A risk for persons."""

    risk: str
    """The risk, in Dutch."""
    measure: str
    """The measure, in Dutch."""
    document: str
    """PROOFS: tests hold the measure; LIMITS: what is left of the risk."""
    row: str
    """The row of that document, or its beginning."""


class DpiaJson(Strict):
    """The input for the DPIA of one gemeente (AVG 35)."""

    entry: ProcessingEntryJson
    """The processing, as in the register of AVG 30."""
    flow: DataFlowJson
    """What goes from where to where."""
    risks: list[RiskJson]
    """The risks for persons, with measures."""
    unwise: list[str]
    """What `hervat doctor` calls unwise now."""
    failing: list[str]
    """What would fail now, by `hervat doctor`."""


class DpiasJson(Strict):
    """`hervat account dpia`."""

    dpia: list[DpiaJson]
    """The input of each gemeente."""
    file: str | None
    """The page that was written, if any."""


class RoleRightsJson(Strict):
    """A role and its rights."""

    role: str
    """The role, in Dutch; a party or supplier by its name."""
    may: str
    """What it may, in Dutch."""
    can: list[str]
    """What it can in fact on this machine, in Dutch."""
    mend: list[str]
    """What to do where the two differ, in Dutch."""


class PlaceAccessJson(Strict):
    """A file or folder, and who can read it."""

    place: str
    """What it is, in Dutch."""
    path: str
    """Where it is."""
    owner: str
    """Its owner, "" if it is absent."""
    group: str
    """Its group."""
    mode: str
    """Its mode in octal."""
    readers: str
    """Who can read it: owner, group, everyone, absent or unknown."""


class RightsJson(Strict):
    """The rights matrix of one gemeente."""

    code: str
    """The gemeentecode."""
    roles: list[RoleRightsJson]
    """The roles."""
    places: list[PlaceAccessJson]
    """The files and folders that decide what they can."""


class RightsMatricesJson(Strict):
    """`hervat account rights`."""

    rights: list[RightsJson]
    """The matrix of each gemeente."""
    file: str | None
    """The page that was written, if any."""


class StatementJson(Strict):
    """The text for a privacy statement."""

    code: str
    """The gemeentecode."""
    text: str
    """The text, in Dutch, as markdown; [ ] is for the gemeente to fill in."""


class StatementsJson(Strict):
    """`hervat account statement`."""

    statements: list[StatementJson]
    """The text of each gemeente."""
    file: str | None
    """The page that was written, if any."""


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
