"""One delivery in preparation (Job), its figures (counts by group and leerroute, no persons) and outcome (Prepared)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hervat.delivery.gate.accept import answer
from hervat.delivery.gate.delivered_persons import Memory
from hervat.delivery.gate.facts import GateFacts
from hervat.delivery.gate.reasons import Reason
from hervat.delivery.gate.stops import Judge, Stop
from hervat.delivery.quarters import peildatum
from hervat.delivery.records.layout import RecordLayout
from hervat.delivery.records.records import Part
from hervat.delivery.records.source import RecordsSource
from hervat.errors import HervatError
from hervat.night import Night
from hervat.settings import Cbs

NONE = "-"


@dataclass
class Figures:
    """The counts so far."""

    records: int = 0
    groups: Counter[str | None] = field(default_factory=Counter)
    leerroutes: Counter[str | None] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)

    def add(self, part: Part, layout: RecordLayout) -> None:
        """Count a part of the records."""
        self.records += part.size
        self.groups.update(part.of(layout.group))
        self.leerroutes.update(part.of(layout.leerroute))
        for kenmerk in layout.delivered:
            if (texts := part.texts.get(kenmerk.name)) is not None:
                self.empty[kenmerk.name] += texts.count(None)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as they are stored; `-` counts persons without a group or leerroute."""
        return {
            "records": self.records,
            "groups": _named(self.groups),
            "leerroutes": _named(self.leerroutes),
            "empty": dict(self.empty),
        }


def _named(counts: Mapping[str | None, int]) -> dict[str, int]:
    return {name or NONE: count for name, count in sorted(counts.items(), key=lambda one: one[0] or "")}


XML = "swi.xml"
AT_PEILDATUM, AT_READING = "peildatum", "reading"


class DeliveryError(HervatError):
    """A delivery was stopped while it was written; an earlier one is left as it is."""


@dataclass(frozen=True)
class Correction:
    """Reference to the delivery that is corrected. of: its receipt, or the start of its SHA-256; why: the reason."""

    of: str
    why: str


@dataclass(frozen=True)
class Prepared:
    """The outcome of a preparation.

    reasons: all that apply, accepted ones too; errors: what could not be read; gate: the gate for JSON; stops: what
    else held it up; state: records of the peildatum or of the moment of reading; changes: of a correction, counts of
    what changed; layout: the record layout; early: before the quarter had ended.
    """

    written: bool
    reasons: tuple[Reason, ...]
    directory: Path
    records: int
    errors: tuple[str, ...] = ()
    gate: dict[str, Any] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()
    state: str = AT_PEILDATUM
    changes: dict[str, Any] | None = None
    layout: RecordLayout | None = None
    early: bool = False


@dataclass(frozen=True)
class Job:
    """A delivery in preparation; the reasons are weighed already."""

    night: Night
    cbs: Cbs
    quarter: str
    layout: RecordLayout
    facts: GateFacts
    weighed: tuple[Reason, ...]
    source: RecordsSource
    read_at: datetime
    memory: Memory
    judge: Judge | None = None
    figures: Figures = field(default_factory=Figures)

    @property
    def gate(self) -> dict[str, Any]:
        """The gate as answers show it."""
        return answer(self.weighed, self.facts.errors)

    @property
    def directory(self) -> Path:
        """The folder of the delivery; a joint delivery is under the reporter's code."""
        code = self.cbs.reporter if self.cbs.together else self.night.code
        return self.night.settings.output / "cbs" / code / self.quarter

    @property
    def early(self) -> bool:
        """Whether it is made before the quarter's last day; such a delivery is voorlopig."""
        return self.night.as_of < peildatum(self.quarter)

    @property
    def state(self) -> str:
        """The moment of the records: the peildatum, or the reading (the query does not ask for :peildatum)."""
        return AT_PEILDATUM if self.source.dated else AT_READING

    def header(self) -> dict[str, str]:
        """Return the elements before the records: element name -> text."""
        values = {
            "municipality": self.night.code,
            "reporter": self.cbs.reporter,
            "quarter": self.quarter,
            "peildatum": str(peildatum(self.quarter)),
        }
        return {name: values[what] for name, what in self.layout.header.items()}

    def done(self, written: bool, stops: tuple[Stop, ...] = (), changes: dict[str, Any] | None = None) -> Prepared:
        """Return the outcome."""
        records = self.figures.records if written else 0
        rest: dict[str, Any] = {
            "gate": self.gate,
            "stops": stops,
            "state": self.state,
            "changes": changes,
            "layout": self.layout,
            "early": self.early,
        }
        return Prepared(written, self.weighed, self.directory, records, self.facts.errors, **rest)
