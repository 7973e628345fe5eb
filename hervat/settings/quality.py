"""The usual files of a source, and how long quarantine may wait: thresholds with sane defaults."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from hervat.settings.base import Strict


class Quality(Strict):
    """When a file is reported as unusual; it is loaded all the same."""

    usual_months: int = Field(default=6, ge=1)
    """How many months of earlier files say what is usual (at least three files)."""
    volume_factor: float = Field(default=3, gt=1)
    """How many times more or fewer rows than usual is reported."""
    volume_least_rows: int = Field(default=50, ge=0)
    """A smaller difference in rows is ignored."""
    bulk_days: int = Field(default=14, ge=0)
    """How many days after a day of the round (restart, corrections) more rows are no surprise."""
    gap_days: int = Field(default=10, ge=1)
    """How many days between two files of a source are reported."""
    older_days: int = Field(default=7, ge=0)
    """How many days older than in the file before it a file's newest signal may be."""


class Quarantine(Strict):
    """How many days a row or file may wait for a decision before it is asked for."""

    decide_within_days: int = Field(default=14, ge=0)
    """How many days a row or file may wait before a decision is asked for."""


class Expected(Strict):
    """How many rows the gemeente expects in each file made up to a day, that day included."""

    rows: tuple[int, int]
    """The least and the most rows, such as [1000, 1400]."""
    from_: date = Field(default=date.min, alias="from")
    """The first day on which a file is made that this is about; left out: any."""
    by: date
    """The last day on which a file is made that this is about."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not 0 <= self.rows[0] <= self.rows[1]:
            raise ValueError("rows are the least and the most, such as [1000, 1400]")
        if self.from_ > self.by:
            raise ValueError("from lies after by")
        return self

    def concerns(self, made_on: date) -> bool:
        """True if the expectation applies to a file made on this day."""
        return self.from_ <= made_on <= self.by
