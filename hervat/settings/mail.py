"""Mail servers: for alerts, and for notices to a third party with an S/MIME signature."""

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
