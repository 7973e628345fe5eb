"""The sources of downloads."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import Name, Strict
from hervat.settings.channels import FolderPickup, SftpPickup
from hervat.settings.quality import Expected


class Source(Strict):
    """Where one kind of download is picked up; exactly one of `sftp` and `folder`.

    `done_marker`: a file counts only once a file of its name plus this suffix is beside it. owner: who decides about
    its quarantine. expected: row counts that the gemeente states beforehand.
    """

    name: Name
    format: str = "pib-wi2021"
    sftp: SftpPickup | None = None
    folder: FolderPickup | None = None
    stable_after_seconds: float = Field(default=60, ge=0)
    done_marker: Annotated[str, StringConstraints(pattern=r"^[^/\\]+$")] | None = None
    after_pickup: Literal["keep", "move", "delete"] = "keep"
    owner: str | None = None
    expected: Expected | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("give exactly one of sftp and folder")
        return self
