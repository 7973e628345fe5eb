"""Passphrases and passwords: from the environment only, and never in an error."""

import os

from hervat.sftp.errors import SftpError


def secret(variable: str | None, what: str, host: str) -> str | None:
    """Return the value of the environment variable; None without a variable. Raises SftpError if it is not set.

    `what` is the key of the configuration that names it; the name itself is not shown, for it may be the secret.
    """
    if variable is None:
        return None
    if not (value := os.environ.get(variable)):
        raise SftpError(f"{host}: the environment variable that sftp.{what} names is not set; set it")
    return value
