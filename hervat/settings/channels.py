"""Where files come from and go to: SFTP servers and folders."""

from typing import Self

from pydantic import Field, model_validator

from hervat.settings.base import FilePath, Strict


class SftpServer(Strict):
    """An SFTP server and one directory on it; its host key must stand in `known_hosts`."""

    host: str
    port: int = Field(default=22, ge=1, le=65535)
    user: str
    key: FilePath
    known_hosts: FilePath
    directory: str = "."
    timeout_seconds: float = Field(default=30, gt=0)


class SftpPickup(SftpServer):
    """Files on an SFTP server whose names fit a pattern."""

    pattern: str = "*"


class FolderPickup(Strict):
    """Files in a folder whose names fit a pattern."""

    directory: FilePath
    pattern: str = "*"


class Channel(Strict):
    """The way to a third party: exactly one of `sftp` and `folder`."""

    sftp: SftpServer | None = None
    folder: FilePath | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("give exactly one of sftp and folder")
        return self
