"""The JSON of `hervat plan`, `approve`, `footprint` and `refill`."""

from datetime import date
from typing import Any

from pydantic import Field

from hervat.settings import Strict


class SinceJson(Strict):
    """Persons who are seen again after cleaning."""

    cleaned_on: date
    """When they were cleaned."""
    seen_on: date
    """When they were seen again."""
    persons: int
    """How many."""


class ApprovalJson(Strict):
    """An approval that counts."""

    by: str
    """Who approved."""
    day: date
    """When."""
    signed: bool
    """Whether by signature."""
    fingerprint: str | None
    """The key's fingerprint."""


class ApprovalsJson(Strict):
    """The approvals of a plan, verified now."""

    needed: int
    """How many persons must approve; 0: nobody."""
    missing: int
    """How many still must."""
    given: list[ApprovalJson]
    """The approvals that count."""
    may: list[str] | None
    """Who may still approve; null: whoever gives a name."""
    refused: list[str]
    """Approvals that do not count, and why."""
    error: str | None
    """Why they could not be verified."""


class UncoveredJson(Strict):
    """A column with numbers of the plan's persons outside what the plan erases."""

    table: str
    """The table."""
    column: str
    """The column."""
    kind: str
    """bsn, or v for V-nummers."""
    persons: int
    """Of how many persons."""


class LoneJson(Strict):
    """Rows that one person alone holds by a key that may be null."""

    table: str
    """The table."""
    keys: list[str]
    """The keys."""
    rows: int
    """Rows to erase that hang from one person."""
    several: int
    """Rows of the table that hang from more."""


class OtherValueJson(Strict):
    """Another value in a column that decides."""

    shown: str
    """The value, as it may be shown."""
    rows: int
    """How many rows have it."""
    near: bool
    """Whether it differs from a named one only by case or blanks."""


class BesideJson(Strict):
    """Values in a column other than those that the footprint names."""

    table: str
    """The table."""
    column: str
    """The column."""
    named: list[str]
    """The values that the footprint names."""
    kind: bool
    """Whether the column holds the kind of a link's row."""
    values: list[OtherValueJson]
    """The other values."""
    more: tuple[int, int]
    """How many values, and rows with them, are not listed."""


class SearchJson(Strict):
    """The coverage search of a plan."""

    on: date
    """The day of the search."""
    asked: dict[str, Any]
    """What `coverage` asked for."""


class PlanContentJson(Strict):
    """What a plan would do, from when it was made; a plan of an older version may lack keys."""

    system: str = ""
    """The local system."""
    policy: str = ""
    """erase, restrict or retain."""
    hash: str = ""
    """The plan's hash."""
    persons: int = 0
    """Persons that were asked for."""
    found: int = 0
    """Persons with a root under the Wi2021."""
    doubles: int = 0
    """Persons with more than one person row: set aside."""
    unknown: int = 0
    """Persons with a root of unknown law: set aside."""
    on_hold: int = 0
    """Persons on hold: set aside; absent where nobody is."""
    rows: dict[str, int] = Field(default_factory=dict)
    """Rows to erase, by table."""
    shared: dict[str, int] = Field(default_factory=dict)
    """Rows that somebody else holds too: kept, by table."""
    stranded: dict[str, int] = Field(default_factory=dict)
    """Rows that no root reaches: kept, by table."""
    nulled: dict[str, int] = Field(default_factory=dict)
    """Keys to set to null, by table.column."""
    marked: dict[str, int] = Field(default_factory=dict)
    """Values to mark under policy restrict, by table.column."""
    triggers: list[str] = Field(default_factory=list)
    """Triggers that act."""
    keepers: list[str] = Field(default_factory=list)
    """What keeps the erased rows."""
    indexes: list[str] = Field(default_factory=list)
    """Indexes that are missing."""
    order: list[str] = Field(default_factory=list)
    """The tables in the order in which they are erased."""
    statements: list[str] = Field(default_factory=list)
    """The SQL."""
    blockers: list[str] = Field(default_factory=list)
    """Why it can't be executed."""
    notes: list[str] = Field(default_factory=list)
    """What a person should know."""
    roots_total: int = 0
    """All roots under the Wi2021 in the system."""
    coverage: list[UncoveredJson] = Field(default_factory=list)
    """Where numbers are that the plan leaves; absent: no search was asked for."""
    search: SearchJson | None = None
    """The coverage search; absent: none was asked for."""
    lone: list[LoneJson] = Field(default_factory=list)
    """Rows that one person alone holds by a key that may be null."""
    beside: list[BesideJson] = Field(default_factory=list)
    """Other values in columns that decide."""
    restore_point: date | None = None
    """The restore point when the plan was made."""


class PlanJson(Strict):
    """A pending plan."""

    municipality: str
    """The gemeentecode."""
    system: str
    """The local system."""
    hash: str
    """The plan's hash: what is approved."""
    why: str | None
    """Why it needs approval; null: it needs none."""
    status: str
    """waiting (for approval) or ready (for the next run)."""
    made_on: date
    """The day on which it was made."""
    persons: int
    """How many persons are in it."""
    rows: dict[str, int]
    """Rows to erase, by table."""
    nulled: dict[str, int]
    """Keys to set to null, by table.column."""
    notes: list[str]
    """What a person should know."""
    signed: bool
    """Whether it is approved by signature."""
    since: list[SinceJson]
    """Persons in it who are seen again after an earlier cleaning."""
    policy: str
    """erase, restrict or retain."""
    restore_point: date | None
    """The restore point in hervat.yaml now."""
    approvals: ApprovalsJson
    """Its approvals now."""
    content: PlanContentJson
    """All that it would do."""


class PlansJson(Strict):
    """`hervat plan`."""

    plans: list[PlanJson]
    """The pending plans, or the one asked for."""


class RehearsalJson(Strict):
    """A rehearsal of one plan."""

    municipality: str
    """The gemeentecode."""
    system: str
    """The local system."""
    hash: str
    """The plan's hash."""
    persons: int
    """How many persons are in it."""
    error: str | None
    """Why the execution would fail."""
    rows: dict[str, int]
    """Rows that were erased, by table."""
    nulled: dict[str, int]
    """Keys that were set to null, by table.column."""
    marked: dict[str, int]
    """Values that were marked, by table.column."""
    grown: dict[str, int]
    """Tables that grew by themselves, by how many rows."""
    triggers: list[str]
    """Triggers that acted."""
    transactions: int
    """How many transactions."""
    seconds: float
    """How long it took, in seconds."""
    held: float
    """How long its longest transaction took, in seconds."""
    unseen: list[str]
    """What a rehearsal can't show."""
    goes: bool
    """Whether the execution would succeed."""


class RehearsalsJson(Strict):
    """`hervat plan --rehearse`."""

    rehearsals: list[RehearsalJson]
    """A rehearsal a plan."""


class ApprovedJson(Strict):
    """`hervat approve`."""

    hash: str
    """The plan's hash."""
    system: str
    """The local system."""
    status: str
    """ready, or waiting for a second person."""
    by: str
    """Who approved."""
    fingerprint: str | None
    """The key's fingerprint; null: approved by name."""


class DraftReasonJson(Strict):
    """Why a line of a proposed footprint is there."""

    key: str
    """The key of the footprint."""
    value: Any
    """Its value."""
    why: str
    """Why it is there."""
    guess: bool
    """Whether a person must judge it."""
    in_force: bool
    """Whether it is part of the footprint, or only an idea."""


class SuggestionJson(Strict):
    """`hervat footprint suggest`."""

    system: str
    """The local system."""
    footprint: dict[str, Any]
    """The footprint as it would be in hervat.yaml."""
    undecided: list[str]
    """What is left for a person to decide."""
    reasons: list[DraftReasonJson]
    """Why each line is there."""


class FootprintTableJson(Strict):
    """A table that takes part in a footprint; without counts the last three are absent."""

    table: str
    """The table."""
    part: str
    """The part that it plays."""
    keys: list[str]
    """The keys by which its rows are held."""
    rows: int = 0
    """Rows now."""
    reached: int | None = 0
    """Rows that Wi2021 roots reach."""
    stranded: int | None = 0
    """Rows that no root reaches."""


class FootprintJson(Strict):
    """`hervat footprint show`."""

    system: str
    """The local system."""
    path: list[str]
    """The keys from root to person."""
    conditions: list[str]
    """When a root is under the Wi2021; empty: always."""
    tables: list[FootprintTableJson]
    """The tables."""
    errors: list[str]
    """What would fail tonight."""
    unwise: list[str]
    """What is unwise."""
    values: list[str]
    """What is good to know about values in the columns that decide."""


class RefillLineJson(Strict):
    """An erased person who is reinstated."""

    municipality: str
    """The gemeentecode."""
    system: str
    """The local system."""
    person: int | None
    """The person's number."""
    erased_on: date
    """When the person was erased there."""


class RefillListJson(Strict):
    """`hervat refill list`."""

    refill: list[RefillLineJson]
    """The persons to fill in again."""
    errors: list[str]
    """What could not be read."""


class RefilledJson(Strict):
    """`hervat refill done`."""

    system: str
    """The local system."""
    person: int
    """The person's number."""
    by: str
    """Who recorded it."""
