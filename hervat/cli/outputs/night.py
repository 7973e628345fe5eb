"""The JSON of `hervat run`, `status` and `verify`."""

from datetime import date
from typing import Literal

from pydantic import Field

from hervat.settings import Strict


class FilesJson(Strict):
    """Counts of downloads."""

    fetched: int
    """Downloads that were secured."""
    known: int
    """Downloads at a source that were loaded already."""
    refused: int
    """Downloads that are refused whole."""


class RowsJson(Strict):
    """Counts of rows; read = loaded + known + foreign + quarantined."""

    read: int
    """Rows of all downloads."""
    loaded: int
    """Rows that brought in a signal."""
    known: int
    """Rows whose signal was loaded already."""
    foreign: int
    """Rows of another gemeente."""
    quarantined: int
    """Rows that failed validation."""
    unknown_code: int
    """Rows, among the loaded, with a signal code that is in no public source."""


class PersonsJson(Strict):
    """Persons on the day, in exactly one state each; reinstated, unseen and orphans come on top."""

    disputed: int
    """Their signals contradict each other."""
    corrected: int
    """Wrongly registered under the Wi2021."""
    released: int
    """Their registration is right as of this day."""
    parked: int
    """Their restart has not come, or they were not seen since."""
    noted: int
    """The rest: for reading."""
    ended: int
    """Their obligation has ended."""
    reinstated: int
    """Corrected once, and right again: among released and parked."""
    unseen: int
    """In a local system, without a signal, before the last restart."""
    orphans: int
    """In a local system, without a signal, after the last restart."""


class CleaningJson(Strict):
    """Persons in the plans of one system."""

    system: str
    """The local system."""
    planned: int
    """Persons in plans."""
    waiting: int
    """Persons in plans that wait for approval."""
    cleaned: int
    """Persons who were erased or restricted."""
    reappeared: int
    """Cleaned persons who are in the system again."""
    on_hold: int = 0
    """Corrected persons who are set aside, for they are on hold (`hervat person hold`); absent where none is."""


class NoticesJson(Strict):
    """Counts of notices to third parties, by kind."""

    hold: int
    """Stop until the status is known."""
    correction: int
    """Adapt or erase what was registered wrongly."""
    resume: int
    """The service may resume."""
    withdrawal: int
    """An earlier correction is withdrawn."""
    ended: int
    """The obligation has ended: never to resume."""
    unconfirmed: int
    """Notices that were sent and are not confirmed."""


class ReasonJson(Strict):
    """A reason that shuts the gate."""

    code: str
    """The reason's code, from the closed list in docs/design.md."""
    count: int
    """How many persons, plans or files it is about."""
    system: str = ""
    """The local system that it is about; absent where it is about none."""
    on_hold: int = 0
    """How many of its persons are on hold (`hervat person hold`) and so are not erased; absent where none is."""
    accepted: Literal[True] = True
    """Present where two persons accepted it."""


class GateJson(Strict):
    """The gate of the CBS delivery."""

    open: bool
    """Whether a delivery may be written."""
    reasons: list[ReasonJson]
    """Every reason that applies, accepted ones too."""
    errors: list[str] = Field(default_factory=list)
    """What could not be read; the gate is then shut."""


class RefillJson(Strict):
    """Erased persons who are reinstated."""

    system: str
    """The local system."""
    persons: int
    """How many must be filled in again."""


class WarningJson(Strict):
    """A check that warned, and quarantined nothing."""

    suite: str
    """The suite of checks."""
    reason: str
    """The reason's code."""
    count: int
    """How often."""


class GrownJson(Strict):
    """A table that grew by itself when persons were erased."""

    table: str
    """The table."""
    rows: int | None
    """By how many rows in all; null if nobody could count them."""
    on: date
    """The last day on which it grew."""


class HistoryJson(Strict):
    """Erased rows that the history of a table keeps."""

    table: str
    """The table."""
    rows: int
    """How many rows."""
    statement: str
    """The statement with which the administrator ends them."""


class CopiesJson(Strict):
    """Where erased rows of one system may still be."""

    system: str
    """The local system."""
    grown: list[GrownJson]
    """Tables that grew: possible copies."""
    history: list[HistoryJson]
    """Histories: certain copies."""
    keepers: list[str]
    """Other features that keep what is erased."""


class QuarantineLineJson(Strict):
    """What is in quarantine, a line a file and reason."""

    download: int
    """The download's number."""
    file: str
    """The download's file name."""
    reason: str
    """The reason's code."""
    mend: str
    """The fix."""
    count: int
    """How many rows; a whole file is 1."""


class RunAccountJson(Strict):
    """One gemeente: what this run did (`run`)."""

    code: str
    """The gemeentecode."""
    files: FilesJson
    """Downloads."""
    rows: RowsJson
    """Rows of downloads."""
    persons: PersonsJson
    """Persons on the day."""
    cleaning: list[CleaningJson]
    """The plans, a line a system that is a database."""
    notices: NoticesJson
    """Notices to third parties."""
    gate: GateJson
    """The gate of the CBS delivery at this moment."""
    refill: list[RefillJson]
    """Persons to fill in again, by system."""
    warnings: list[WarningJson]
    """The day's warnings."""
    copies: list[CopiesJson]
    """Where erased rows may still be."""
    quarantine: list[QuarantineLineJson]
    """What is in quarantine."""


class ProvenJson(Strict):
    """How clean one system is."""

    system: str
    """The local system."""
    corrected: int
    """Corrected persons that it is about."""
    proven: int | None
    """How many of them are proven clean; null if hervat can't look."""


class StatusAccountJson(RunAccountJson):
    """One gemeente: what stands (`status`)."""

    quarter: str
    """The quarter that is due next at CBS."""
    deadline: date
    """The last day for that delivery."""
    last_good_run: str | None
    """The moment (UTC) at which the last good night ended; null if there was none."""
    systems: list[ProvenJson]
    """How clean each local system is."""


class RunJson(Strict):
    """`hervat run`: what this run did."""

    as_of: date
    """The day that was acted for."""
    municipalities: list[RunAccountJson]
    """An account a gemeente; one whose night failed as a whole has none."""
    errors: list[str]
    """What failed, with the fix."""
    attention: list[str]
    """What waits for a person."""


class StatusJson(Strict):
    """`hervat status`: what stands."""

    as_of: date
    """The day that was looked at."""
    municipalities: list[StatusAccountJson]
    """An account a gemeente."""
    errors: list[str]
    """What could not be read, with the fix."""
    attention: list[str]
    """What waits for a person."""


class NightAgeJson(Strict):
    """The age of the last good night."""

    last_good_night: str | None
    """The moment (UTC) at which it ended; null if there was none."""
    minutes: int | None
    """How many minutes ago that was."""


class AgeAccountJson(Strict):
    """One gemeente, with --max-age."""

    code: str
    """The gemeentecode."""
    age: NightAgeJson
    """The last good night."""


class AgeJson(Strict):
    """`hervat status --max-age`: when the last good nights ended."""

    as_of: date
    """Today."""
    municipalities: list[AgeAccountJson]
    """A line a gemeente."""
    errors: list[str]
    """Each gemeente whose last good night is too long ago."""
    attention: list[str]
    """Always empty."""


class MetricsJson(Strict):
    """`hervat status --metrics`."""

    file: str
    """The file that was written."""
    errors: list[str]
    """What could not be read, with the gemeentecode."""


class VerifyJson(Strict):
    """`hervat verify`: the vault, the journal and the signatures."""

    wrong: list[str]
    """What is missing, unreadable or changed."""
