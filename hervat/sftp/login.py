"""Logging in: with a key, a password, or both where the server wants both."""

import time
from collections.abc import Callable

from paramiko import AuthenticationException, BadAuthenticationType, PKey, Transport

from hervat.settings import SshLogin
from hervat.sftp.errors import SftpError

Step = Callable[[], list[str]]
_BY_PASSWORD = {"password", "keyboard-interactive"}


def log_in(transport: Transport, server: SshLogin, key: PKey | None, password: str | None, seconds: float) -> None:
    """Authenticate over a session whose host key is checked. Raises SftpError, EOFError or TimeoutError."""
    more: list[str] = ["password"]
    if key is not None:
        more = _with_key(transport, server, key, password, seconds)
    if more and password is not None:
        wrong = f"{server.host}: user {server.user} is refused with the password that password_env names"
        more = _tried(lambda: transport.auth_password(server.user, password), wrong, seconds)
    if more:
        had = "a key and a password" if password is not None else "a key (a password_env may be given)"
        raise SftpError(f"{server.host}: wants more of user {server.user} than {had}; hervat has no other way in")


def _with_key(transport: Transport, server: SshLogin, key: PKey, password: str | None, seconds: float) -> list[str]:
    """Show the key; to a server that takes no keys at all the password is left, where one is configured."""

    def step() -> list[str]:
        try:
            return transport.auth_publickey(server.user, key)
        except BadAuthenticationType as error:
            if password is None or not _BY_PASSWORD & set(error.allowed_types):
                raise
            return list(error.allowed_types)

    return _tried(step, _refused(server, key), seconds)


def _tried(step: Step, refused: str, seconds: float) -> list[str]:
    """Return the methods that the server requires after this step; none if we are logged in."""
    started = time.monotonic()
    try:
        return list(step() or [])
    except BadAuthenticationType:
        raise SftpError(refused) from None
    except AuthenticationException as error:
        # paramiko says the same of a time-out and of a lost connection
        if time.monotonic() - started >= seconds:
            raise TimeoutError from None
        if "EOF" in str(error):
            raise EOFError from None
        raise SftpError(refused) from None


def _refused(server: SshLogin, key: PKey) -> str:
    return (
        f"{server.host}: user {server.user} is refused with the key {server.key} ({key.fingerprint}); "
        "give its public half to the server's keeper"
    )
