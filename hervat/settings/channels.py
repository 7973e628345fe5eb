"""Sources and destinations of files: SFTP servers and folders."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import FilePath, Strict
from hervat.settings.mail import Mail, Variable

Pattern = Annotated[str, StringConstraints(min_length=1)]
DEEPEST = 16


class SshLogin(Strict):
    """An SSH server and its login; its host key (or who signs it) must be in `known_hosts`.

    `passphrase_env` and `password_env` name environment variables. With both a key and a password both are sent.
    """

    host: str
    port: int = Field(default=22, ge=1, le=65535)
    user: str
    key: FilePath | None = None
    passphrase_env: Variable | None = None
    password_env: Variable | None = None
    known_hosts: FilePath

    @model_validator(mode="after")
    def _login(self) -> Self:
        if self.key is None and self.password_env is None:
            raise ValueError("give a key, or a password_env that names an environment variable")
        if self.passphrase_env and self.key is None:
            raise ValueError("passphrase_env belongs to a key; give the key too")
        return self


class SftpServer(SshLogin):
    """An SFTP server and one directory on it, reached through the SSH server `jump` if given."""

    jump: SshLogin | None = None
    directory: str = "."
    timeout_seconds: float = Field(default=30, gt=0)


class Picked(Strict):
    """Which files count: names that fit (one of) the pattern(s), in subfolders too (true: at most 16 deep)."""

    pattern: Pattern | Annotated[list[Pattern], Field(min_length=1)] = "*"
    subfolders: bool | Annotated[int, Field(ge=1, le=DEEPEST)] = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """The patterns; a name counts when it fits one of them."""
        return (self.pattern,) if isinstance(self.pattern, str) else tuple(self.pattern)

    @property
    def depth(self) -> int:
        """How many levels below the directory are looked into."""
        return DEEPEST * self.subfolders if isinstance(self.subfolders, bool) else self.subfolders


class SftpPickup(SftpServer, Picked):
    """Files on an SFTP server."""


class FolderPickup(Picked):
    """Files in a folder."""

    directory: FilePath


class SearchedFolder(Strict):
    """A folder whose files are searched if their names match a pattern."""

    directory: FilePath
    pattern: str = "*"


class Receipts(Strict):
    """Where a party puts its answers; exactly one of `sftp` and `folder`.

    unsigned: refuse (only answers signed by the party's certificate count) or accept.
    """

    sftp: SftpServer | None = None
    folder: FilePath | None = None
    unsigned: Literal["accept", "refuse"] = "refuse"

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("give exactly one of sftp and folder")
        return self


class Channel(Strict):
    """The way to a third party: exactly one of `sftp`, `folder` and `mail`; `receipts` is the way back.

    Without `receipts` the answers lie in the folder `confirmations` beside the notices, and need no signature.
    letters: put the letter as HTML and PDF beside each notice (a mail always holds it).
    """

    sftp: SftpServer | None = None
    folder: FilePath | None = None
    mail: Mail | None = None
    receipts: Receipts | None = None
    letters: bool = True

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.sftp, self.folder, self.mail)) != 1:
            raise ValueError("give exactly one of sftp, folder and mail")
        return self
