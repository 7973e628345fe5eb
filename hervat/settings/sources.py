"""The sources of downloads."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import Name, Strict
from hervat.settings.channels import FolderPickup, SftpPickup
from hervat.settings.quality import Expected


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
