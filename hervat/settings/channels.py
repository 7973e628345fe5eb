"""Sources and destinations: SFTP servers, folders, and mail servers, for alerts and for signed notices to a party."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import FilePath, Strict

Address = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z_][A-Z0-9_]*$")]
"""The name of an environment variable: a secret is never in the configuration itself."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailServer(Strict):
    """A mail server (submission), with the sender and the recipient of its mail."""

    host: str
    """The server's name or address."""
    port: int = Field(default=587, ge=1, le=65535)
    """The server's port."""
    sender: Address
    """The sender's address."""
    to: Address
    """The recipient's address."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """starttls (never without it), tls from the first byte, or none for a relay on this machine."""
    user: str | None = None
    """The account on the server."""
    password_env: Variable | None = None
    """The environment variable with the account's password."""
    ca_file: FilePath | None = None
    """The certificate of who signed the server's, if that is not an authority of the system."""
    timeout_seconds: float = Field(default=30, gt=0)
    """How long the server may be silent, in seconds."""

    @model_validator(mode="after")
    def _login(self) -> Self:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("security none is for a relay on this machine (localhost) alone; write starttls or tls")
        if (self.user is None) != (self.password_env is None):
            raise ValueError("give both user and password_env, or neither")
        if self.user and self.security == "none":
            raise ValueError("a password is never sent without TLS; write starttls or tls")
        return self


class Mail(MailServer):
    """The mail server of a notice, which the gemeente can sign (S/MIME)."""

    sign_certificate: FilePath | None = None
    """The gemeente's own S/MIME certificate."""
    sign_key: FilePath | None = None
    """The key of that certificate."""
    sign_password_env: Variable | None = None
    """The environment variable with the key's password."""

    @model_validator(mode="after")
    def _pair(self) -> Self:
        if (self.sign_certificate is None) != (self.sign_key is None):
            raise ValueError("give both sign_certificate and sign_key, or neither")
        return self


Pattern = Annotated[str, StringConstraints(min_length=1)]
DEEPEST = 16


class SshLogin(Strict):
    """An SSH server and its login; with both a key and a password both are sent."""

    host: str
    """The server's name or address."""
    port: int = Field(default=22, ge=1, le=65535)
    """The server's port."""
    user: str
    """The account on the server."""
    key: FilePath | None = None
    """The file with the private key."""
    passphrase_env: Variable | None = None
    """The environment variable with the key's passphrase."""
    password_env: Variable | None = None
    """The environment variable with the account's password."""
    known_hosts: FilePath
    """The file with the server's host key, or with the key that signs it; hervat never learns one."""

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
    """The SSH server through which this one is reached."""
    directory: str = "."
    """The directory on the server."""
    timeout_seconds: float = Field(default=30, gt=0)
    """How long the server may be silent, in seconds."""

    @property
    def login(self) -> tuple[object, ...]:
        """What a connection depends on: all but the directory."""
        return tuple(getattr(self, name) for name in SftpServer.model_fields if name != "directory")


class Picked(Strict):
    """Which files count: names that fit (one of) the pattern(s), in subfolders too (true: at most 16 deep)."""

    pattern: Pattern | Annotated[list[Pattern], Field(min_length=1)] = "*"
    """The pattern, or the list of patterns, that a name must fit; `*` and `?` stand for any characters."""
    subfolders: bool | Annotated[int, Field(ge=1, le=DEEPEST)] = False
    """Whether subfolders are looked into: true (16 deep), or how many levels."""

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
    """The folder."""


class SearchedFolder(Strict):
    """A folder whose files are searched if their names match a pattern."""

    directory: FilePath
    """The folder."""
    pattern: str = "*"
    """The pattern that a name must fit."""


class Receipts(Strict):
    """Where a party puts its answers; exactly one of `sftp` and `folder`."""

    sftp: SftpServer | None = None
    """An SFTP directory with the answers."""
    folder: FilePath | None = None
    """A folder with the answers."""
    unsigned: Literal["accept", "refuse"] = "refuse"
    """Whether an answer without a signature by the party's certificate counts."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.sftp is None) == (self.folder is None):
            raise ValueError("give exactly one of sftp and folder")
        return self


class Channel(Strict):
    """The way to a third party: exactly one of `sftp`, `folder` and `mail`; `receipts` is the way back."""

    sftp: SftpServer | None = None
    """An SFTP directory in which the notices are put."""
    folder: FilePath | None = None
    """A folder in which the notices are put."""
    mail: Mail | None = None
    """A mail server over which the notices are sent."""
    receipts: Receipts | None = None
    """Where the answers come; left out: the folder `confirmations` beside the notices, without signatures."""
    letters: bool = True
    """Whether the letter is put beside each notice as HTML and PDF; a mail always holds it."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.sftp, self.folder, self.mail)) != 1:
            raise ValueError("give exactly one of sftp, folder and mail")
        return self
