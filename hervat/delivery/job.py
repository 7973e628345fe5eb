"""One delivery that is being prepared, and what came of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hervat.delivery.accept import answer
from hervat.delivery.facts import GateFacts
from hervat.delivery.gate import Reason
from hervat.delivery.layout import Layout
from hervat.delivery.quarters import peildatum
from hervat.errors import HervatError
from hervat.night import Night
from hervat.settings import Cbs

XML = "swi.xml"


class DeliveryError(HervatError):
    """A delivery was stopped while it was written; what stood there before is left as it is."""


@dataclass(frozen=True)
class Prepared:
    """What came of it. reasons: all that stand, accepted ones too; errors: what could not be read; gate: the answer."""

    written: bool
    reasons: tuple[Reason, ...]
    directory: Path
    records: int
    errors: tuple[str, ...] = ()
    gate: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """What a delivery is made of; the reasons are weighed already."""

    night: Night
    cbs: Cbs
    quarter: str
    layout: Layout
    facts: GateFacts
    weighed: tuple[Reason, ...]

    @property
    def gate(self) -> dict[str, Any]:
        """The gate as answers show it."""
        return answer(self.weighed, self.facts.errors)

    @property
    def directory(self) -> Path:
        """Where the delivery is put."""
        return self.night.settings.output / "cbs" / self.night.code / self.quarter

    @property
    def early(self) -> bool:
        """Whether it is made before the quarter's last day: such a delivery is voorlopig."""
        return self.night.as_of < peildatum(self.quarter)

    def header(self) -> dict[str, str]:
        """Return what stands before the records: element name -> text."""
        values = {
            "municipality": self.night.code,
            "reporter": self.cbs.reporter,
            "quarter": self.quarter,
            "peildatum": str(peildatum(self.quarter)),
        }
        return {name: values[what] for name, what in self.layout.header.items()}

    def done(self, written: bool, records: int) -> Prepared:
        """Return what came of it."""
        return Prepared(written, self.weighed, self.directory, records, self.facts.errors, self.gate)
