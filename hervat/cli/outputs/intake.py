"""The JSON of `hervat quarantine`, `incidents`, `formats` and `optin`."""

from datetime import date, datetime
from typing import Literal

from hervat.settings import Strict

Risk = Literal["none", "risk", "high"]


class HeldJson(Strict):
    """A file or row in quarantine."""

    municipality: str
    """The gemeentecode."""
    download_id: int
    """The download's number."""
    file: str
    """The download's file name."""
    row: int | None
    """The row's number; null: the whole file."""
    reason: str
    """The reason's code."""
    correction: bool
    """Whether it shuts the gate."""
    since: date
    """The day on which it came into quarantine."""
    source: str
    """The source of the download."""
    detail: str
    """Of a refused file: the error, with the fix."""
    days: int
    """For how many days it has waited."""
    owner: str | None
    """Who decides about it."""
    decide_by: date
    """Until when."""
    overdue: bool
    """Whether that day is past."""
    acceptable: bool
    """Whether a person may overrule it."""
    cell: str
    """The field that the reason is about; empty: the row or file as a whole."""
    mend: str
    """The fix."""


class QuarantineJson(Strict):
    """`hervat quarantine list`."""

    quarantine: list[HeldJson]
    """Every file and row that waits, or those asked for."""


class QuarantinedRowJson(Strict):
    """`hervat quarantine show`: a row; it holds personal data."""

    download: int
    """The download's number."""
    row: int
    """The row's number."""
    reason: str
    """The reason's code."""
    mend: str
    """The fix."""
    cell: list[str]
    """The fields that the reason is about."""
    count: int
    """How many cells the row has."""
    expected: int
    """How many cells the header has."""
    cells: dict[str, str]
    """The cells by field: personal data."""


class AcceptedRowJson(Strict):
    """`hervat quarantine accept`."""

    download: int
    """The download's number."""
    row: int
    """The row's number."""
    accepted: Literal[True]
    """The row counts."""
    loaded: bool
    """Whether it brought in a signal; false: its signal was known."""


class RejectedJson(Strict):
    """`hervat quarantine reject`."""

    download: int
    """The download's number."""
    row: int | None
    """The row's number; null: the whole file."""
    rejected: bool
    """False: it waits for the signature of a second person."""
    """It will not be loaded."""


class IncidentJson(Strict):
    """An open incident."""

    municipality: str
    """The gemeentecode."""
    id: int
    """The incident's number."""
    kind: str
    """What it is about."""
    download: int | None
    """The download's number; null: it is about none."""
    count: int
    """How many rows or persons."""
    since: date
    """The day on which it was opened."""
    what: str
    """What a person wrote about it; empty: hervat found it."""
    discovered_at: datetime
    """When it was discovered."""
    due_at: datetime
    """When the 72 hours are over."""
    hours_left: int | None
    """Whole hours left to report it to the AP, negative after the term; null: the term does not run."""
    risk: Risk | None
    """The latest judgement; null: nobody judged."""
    missing: list[Literal["judgement", "ap_report", "persons_told"]]
    """What must be recorded before it may be closed."""
    waits: bool
    """True: one person closed it, and it waits for the signature of a second."""


class IncidentsJson(Strict):
    """`hervat incidents list`."""

    incidents: list[IncidentJson]
    """The open incidents."""


class OpenedIncidentJson(Strict):
    """`hervat incidents open`."""

    incident: int
    """The incident's number."""
    opened: Literal[True]
    """It is open."""


class RecordedIncidentJson(Strict):
    """`hervat incidents judge`, `reported`, `told` and `duo-told`."""

    incident: int
    """The incident's number."""
    recorded: Literal[True]
    """It is recorded."""


class IncidentMomentJson(Strict):
    """Something done about an incident."""

    kind: Literal["judged", "reported", "told", "not_told", "duo_told", "closing", "closed", "ended", "alerted"]
    """What was done; closing: by the first of two; ended: by itself."""
    at: datetime
    """When it was done."""
    value: str
    """The risk, the AP's number, the letter of AVG 34(3), or after how many hours."""
    by: str
    """Who did it; empty: hervat."""
    reason: str
    """Why; of a late report the reasons for the delay."""
    recorded_at: datetime
    """When it was recorded."""


class RegisteredIncidentJson(Strict):
    """An incident in the register of AVG 33(5)."""

    id: int
    """The incident's number."""
    kind: str
    """What it is about."""
    download: int | None
    """The download with which it began; null: it is about none."""
    count: int
    """How many rows or persons hervat counted; 0: a person reported it."""
    since: date
    """The day on which it was opened."""
    open: bool
    """Whether it is open."""
    discovered_at: datetime
    """When it was discovered."""
    due_at: datetime
    """When the 72 hours were over."""
    what: str
    """What a person wrote about it; empty: hervat found it."""
    categories: str
    """Which kinds of persons and data."""
    persons: int | None
    """About how many persons; null: nobody wrote it."""
    opened_by: str
    """Who opened it; empty: hervat."""
    downloads: list[int]
    """All downloads with its rows."""
    risk: Risk | None
    """The latest judgement; null: nobody judged."""
    moments: list[IncidentMomentJson]
    """What was done, oldest first."""


class IncidentRegisterJson(Strict):
    """The register of one municipality."""

    municipality: str
    """The gemeentecode."""
    page: str
    """The page that was written."""
    incidents: list[RegisteredIncidentJson]
    """Every incident, closed ones too."""


class IncidentRegistersJson(Strict):
    """`hervat incidents register`."""

    registers: list[IncidentRegisterJson]
    """A register for each municipality."""


class RemindedJson(Strict):
    """`hervat incidents remind`."""

    sent: list[str]
    """The ways by which an alert went; empty: none was due."""
    errors: list[str]
    """What went wrong with it."""


class ClosedIncidentJson(Strict):
    """`hervat incidents close`."""

    incident: int
    """The incident's number."""
    closed: bool
    """False: it waits for the signature of a second person."""


class RefusalJson(Strict):
    """Why a night would not load a file."""

    reason: str
    """The reason's code."""
    text: str
    """The reason in words, with the fix."""


class RepairedJson(Strict):
    """Values that are read all the same."""

    bsn: int
    """BSNs that had lost a zero or had dots and spaces."""


class FormatCheckJson(Strict):
    """`hervat formats check`: how a file would be read; never a value of it."""

    file: str
    """The file's name."""
    format: str
    """The format's name."""
    encoding: str | None
    """The file's encoding; null: a workbook, or not known."""
    delimiter: str | None
    """The delimiter; null: a workbook, or not known."""
    sheet: str | None
    """The sheet of a workbook."""
    sheets: list[str]
    """All sheets of a workbook."""
    made_at: str
    """When it was made, by its name; else in words where that comes from."""
    refused: RefusalJson | None
    """Why it would not be loaded; null: it would."""
    notes: list[str]
    """What is odd and stops nothing."""
    mends: dict[str, str]
    """The fix of each reason."""
    columns: dict[str, str]
    """The header of each field that was found."""
    missing: list[str]
    """Fields without a column."""
    needed: list[str]
    """Fields without a column that the format requires."""
    new: list[str]
    """Headers that the format does not know."""
    not_shown: int
    """Cells of the first row that are not named, because they may be about a person."""
    extra_columns: int
    """Columns that the format does not know."""
    drifted: bool
    """Whether the header has changed so that a person must look."""
    proposal: str | None
    """A changed format as YAML; null if nothing could be read."""
    rows: int
    """Rows."""
    good: int
    """Rows that would be loaded."""
    bad: int
    """Rows that would be quarantined."""
    reasons: dict[str, int]
    """Rows by reason of quarantine."""
    warnings: dict[str, int]
    """Rows by warning."""
    repaired: RepairedJson
    """How many values were repaired."""


class LawJson(Strict):
    """`hervat optin record`."""

    person: int
    """The person's number."""
    law: str
    """The law that holds."""
    recorded: Literal[True]
    """It is recorded."""
    waits: bool
    """Whether it counts only once another person records the same."""


class KennisgevingJson(Strict):
    """`hervat optin kennisgeving`."""

    person: int
    """The person's number."""
    recorded: Literal[True]
    """It is recorded."""
