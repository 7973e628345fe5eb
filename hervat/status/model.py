"""The overview that the report shows of a municipality on a day: counts, names of things and dates; no persons."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hervat.databases import Keeper
from hervat.erasure import History
from hervat.erasure.picture import Picture
from hervat.intake import Noticed, QuarantinedItem


@dataclass(frozen=True)
class Held(QuarantinedItem):
    """A file or row in quarantine; `days` is its age. owner: who decides, decide_by: until when."""

    days: int
    owner: str | None = None
    decide_by: date | None = None


@dataclass(frozen=True)
class SearchResult:
    """Where a plan's coverage search found numbers (`kind`: bsn, v) of how many persons; `fresh`: tonight."""

    table: str
    column: str
    kind: str
    persons: int
    searched_on: date
    fresh: bool


@dataclass(frozen=True)
class Copied:
    """A table that grew by itself when persons were erased: by so many rows in all (None: not counted), last on a day.

    fresh: tonight.
    """

    table: str
    rows: int | None
    on: date
    fresh: bool


@dataclass(frozen=True)
class SystemLine:
    """A local system: corrected persons, how many are proven clean, how many are still there, how many wait.

    kind: database, supplier or files. picture: the tables of a database. proven is None if hervat can't look (a
    supplier before it confirms). After cleaning: refill (persons to fill in again), since (counts by cleaned_on and
    seen_on), left (values not put back tonight), shared and loose rows by table (loose: shared once, nobody holds them
    any more), places (rows of lists by file), due_on and overdue (requests to a supplier). copies: tables that grew by
    themselves, history: erased rows that a history keeps, keepers: other features that keep tonight's erased rows.
    on_hold: corrected persons who are still there because they are on hold.
    """

    name: str
    kind: str
    policy: str
    corrected: int
    proven: int | None
    standing: int
    set_aside: int
    waiting: int
    reappeared: int
    cleaned: int
    shared: dict[str, int] = field(default_factory=dict)
    stranded: dict[str, int] = field(default_factory=dict)
    coverage: list[SearchResult] = field(default_factory=list)
    error: str | None = None
    picture: Picture | None = None
    refill: int = 0
    since: list[dict[str, Any]] = field(default_factory=list)
    left: int = 0
    loose: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    due_on: date | None = None
    overdue: int = 0
    copies: list[Copied] = field(default_factory=list)
    history: list[History] = field(default_factory=list)
    keepers: list[Keeper] = field(default_factory=list)
    on_hold: int = 0


@dataclass(frozen=True)
class PlanLine:
    """A pending plan: hash, why it needs approval, since when, numbers of persons and rows; signed: approved by key."""

    system: str
    hash: str
    why: str | None
    status: str
    made_on: date
    persons: int
    rows: dict[str, int]
    nulled: dict[str, int]
    notes: list[str]
    signed: bool = False
    since: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class AnswersRefused:
    """A filled-in worklist in the gemeente's folder with rejected rows, or (no rows) rejected as a whole."""

    file: str
    reason: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReasonLine:
    """A reason that shuts the gate; accepted: by two persons. on_hold: how many of its persons are on hold."""

    code: str
    count: int
    system: str | None
    accepted: bool
    acceptable: bool
    on_hold: int = 0


@dataclass(frozen=True)
class CorrectionLine:
    """A quarter at CBS with persons who were corrected since; digest: of the delivery that holds them.

    waits: the correction was written, and has no receipt yet.
    """

    quarter: str
    digest: str
    persons: int
    waits: bool


@dataclass(frozen=True)
class QualityMonth:
    """How often a suite checked its rules in a month (yyyy-mm), and how often a rule failed."""

    suite: str
    month: str
    checked: int
    failed: int


@dataclass(frozen=True)
class NightLine:
    """A whole night: persons in a state at its end, those cleaned (one a system), those who wait for approval."""

    day: date
    released: int = 0
    parked: int = 0
    corrected: int = 0
    cleaned: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Undecided:
    """Persons about whom somebody must decide or ask.

    choices (late choices of law) and halves (decisions about strangers) wait for a second person. left: persons who
    left the systems while their parties wait. to_ask: parked and not seen again for so long that DUO must be asked.
    holds: of which the begin or the release waits for a second person.
    """

    choices: int = 0
    halves: int = 0
    left: int = 0
    to_ask: int = 0
    holds: int = 0


@dataclass(frozen=True)
class UnsureLine:
    """An answer that a person must read: its sender, the notice, why (a code), and its file."""

    recipient: str
    number: str
    why: str
    file: str


@dataclass(frozen=True)
class Overview:
    """All that the report of one night shows.

    nights: the last whole nights, oldest first. unfindable: corrected persons without a known BSN. corrections: what
    CBS must get. sources: what was noticed there on the last night that looked. renewed: whether the page was made
    again after a decision. journal: its last line (anchor) when the page was made.
    """

    code: str
    name: str
    day: date
    made_at: datetime
    version: str
    shadow: bool
    counts: dict[str, Any]
    run: dict[str, Any]
    persons: dict[str, int]
    parked_why: dict[str, int]
    parked_longest_days: int
    unknown_group_released: int
    held: list[Held]
    refused_files: int
    incidents: list[dict[str, Any]]
    systems: list[SystemLine]
    plans: list[PlanLine]
    notices: dict[str, Any]
    gate_open: bool
    reasons: list[ReasonLine]
    quarter: str
    deadline: date
    delivered: list[dict[str, Any]]
    last_good_run: datetime | None
    errors: list[str]
    attention: list[str]
    quality: list[dict[str, Any]] = field(default_factory=list)
    quality_months: list[QualityMonth] = field(default_factory=list)
    nights: list[NightLine] = field(default_factory=list)
    unfindable: int = 0
    undecided: Undecided = Undecided()
    corrections: list[CorrectionLine] = field(default_factory=list)
    answers: list[AnswersRefused] = field(default_factory=list)
    sources: list[Noticed] = field(default_factory=list)
    renewed: bool = False
    unsure: list[UnsureLine] = field(default_factory=list)
    journal: str = ""
