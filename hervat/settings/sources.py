"""The sources of downloads: where they are, what is usual there, and how long quarantine may wait."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import Name, Strict
from hervat.settings.channels import FolderPickup, SftpPickup


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


class Source(Strict):
    """Where one kind of download is picked up; exactly one of `sftp` and `folder`."""

    name: Name
    """The source's name, in messages and on the report."""
    format: str = "pib-wi2021"
    """How a file is read: a format that ships, or a file in `formats/`."""
    sftp: SftpPickup | None = None
    """An SFTP server with the downloads."""
    folder: FolderPickup | None = None
    """A folder with the downloads."""
    stable_after_seconds: float = Field(default=60, ge=0)
    """How long a file must be unchanged before it is taken, in seconds."""
    done_marker: Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")] | None = None
    """A file counts only once a file of its name plus this suffix is beside it, such as `.done`."""
    after_pickup: Literal["keep", "move", "delete"] = "keep"
    """What happens to a file at the source once it is loaded."""
    owner: str | None = None
    """Who decides about the quarantine of this source."""
    expected: Expected | None = None
    """How many rows the gemeente expects, stated beforehand."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("give exactly one of sftp and folder")
        return self
