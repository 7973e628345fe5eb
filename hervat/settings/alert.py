"""How the gemeente is alerted of a run that failed or waits: a mail, a POST of JSON, a program, or several."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, ValidationInfo, model_validator

from hervat.settings.base import FilePath, Strict, base_of
from hervat.settings.channels import LOOPBACK, MailServer, Variable

What = Literal["failed", "waits"]


def web_address(url: str) -> str:
    """Return an address that is safe to send to: https, or http to this machine alone. Raises ValueError."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("this is not a valid address: write https://HOST/PATH")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ValueError("write https://; http is for this machine (localhost) alone")
    if parts.username or parts.password or parts.fragment:
        raise ValueError("leave out what is before @ or after #; a token comes from token_env")
    return url


def _program(command: list[str], info: ValidationInfo) -> list[str]:
    """Return the command; a program given as a path is relative to the configuration directory."""
    program, *arguments = command
    return [str(base_of(info) / program) if "/" in program else program, *arguments]


def _both() -> list[What]:
    return ["failed", "waits"]


WebAddress = Annotated[str, AfterValidator(web_address)]
Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]
Argument = Annotated[str, StringConstraints(min_length=1)]
Command = Annotated[list[Argument], Field(min_length=1), AfterValidator(_program)]


class Alert(Strict):
    """The ways over which an alert goes, and its occasions; at least one of `mail`, `url` and `command`."""

    mail: MailServer | None = None
    """The mail server over which the alert is sent."""
    url: WebAddress | None = None
    """The address that gets a POST of JSON; redirects are not followed."""
    token_env: Variable | None = None
    """The environment variable with the token for `url`."""
    header: Header | None = None
    """The header that holds the token as it is; left out: `Authorization: Bearer TOKEN`."""
    ca_file: FilePath | None = None
    """The certificate of who signed that of `url`, if that is not an authority of the system."""
    command: Command | None = None
    """A program (a path, or a name on PATH) with its arguments, started without a shell; it gets the text on standard
    input.
    """
    on: list[What] = Field(default_factory=_both, min_length=1)
    """The occasions of an alert; left out: both."""
    timeout_seconds: float = Field(default=30, gt=0, le=600)
    """How long `url` and `command` may take, each as a whole, in seconds."""

    @model_validator(mode="after")
    def _ways(self) -> Self:
        if not (self.mail or self.url or self.command):
            raise ValueError("give at least one of mail, url and command")
        if not self.url and (self.token_env or self.header or self.ca_file):
            raise ValueError("token_env, header and ca_file belong to url; give the url too")
        if self.header and not self.token_env:
            raise ValueError("header is the name of the token's header; give token_env too")
        return self


class AlertOnly(Strict):
    """The part `alert` of a configuration; everything else is ignored."""

    model_config = ConfigDict(extra="ignore")

    alert: Alert | None = None
