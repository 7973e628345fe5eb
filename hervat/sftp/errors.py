"""Errors of an SFTP server, with texts that are safe to print: never those of paramiko or of the server."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from paramiko import SFTPError, SSHException

from hervat.errors import EndpointError
from hervat.sftp.listing import TooMany


class SftpError(EndpointError):
    """An SFTP server, or what is configured of it, failed. `passing`: it may well work a moment later."""


@contextmanager
def in_our_words(where: str, doing: str, alive: Callable[[], bool]) -> Iterator[None]:
    """Turn every failure of paramiko inside the block into an SftpError.

    `where` names the server and `doing` the operation with its path; `alive`: whether the connection is up.
    """
    try:
        yield
    except SftpError:
        raise
    except Exception as error:  # noqa: BLE001 - paramiko raises many kinds, and their texts are not ours to show
        raise _translated(error, where, doing, alive()) from None


def _translated(error: Exception, where: str, doing: str, alive: bool) -> SftpError:
    if isinstance(error, TimeoutError):
        return SftpError(f"{where}: {doing}: no answer within the time-out", passing=True)
    if not alive or isinstance(error, EOFError | ConnectionError | SSHException):
        return SftpError(f"{where}: {doing}: the connection was lost", passing=True)
    if isinstance(error, OSError):
        return SftpError(f"{where}: {doing}: {_REFUSALS.get(error.errno or 0, 'the server reports a failure')}")
    if isinstance(error, SFTPError):
        return SftpError(f"{where}: {doing}: the server does not speak SFTP as it should")
    if isinstance(error, TooMany):
        return SftpError(f"{where}: {doing}: there is no end to it; give a directory with downloads and nothing else")
    return SftpError(f"{where}: {doing}: failed unexpectedly ({type(error).__name__})")


_REFUSALS = {
    errno.ENOENT: "there is no such file or directory there",
    errno.EACCES: "permission denied; ask the server's keeper for the right",
}
