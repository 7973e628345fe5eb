"""One look into a remote directory: names, sizes and time stamps in one listing, whatever bytes the names hold."""

import stat
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from paramiko import Message, SFTPAttributes, SFTPClient, SFTPError
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READDIR

_LOCALE_FREE = ("utf-8", "surrogateescape")


@dataclass(frozen=True)
class RemoteFile:
    """A regular file: its name, size in bytes, and when it was modified (seconds since 1970, the server's clock)."""

    name: str
    size: int
    modified: float


def fits(name: str, pattern: str) -> bool:
    """Tell whether a name fits a pattern; names that start with a dot only when the pattern does, as in a shell."""
    return fnmatchcase(name, pattern) and (not name.startswith(".") or pattern.startswith("."))


def is_strange(name: str) -> bool:
    """Tell whether a name could lead elsewhere, or can't be written down: a slash, '..', controls, no UTF-8."""
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        return True
    return any(not one.isprintable() for one in name)


def listed(sftp: SFTPClient, directory: str, beat: Callable[[], None]) -> list[tuple[str, SFTPAttributes]]:
    """Return name and attributes of all that is in a directory.

    paramiko's own listing ends in an error when one single name is no UTF-8, so the packets are read here;
    such a name gets surrogates in it, which `is_strange` knows. `beat` is called for each packet that came.
    """
    kind, answer = sftp._request(CMD_OPENDIR, directory)  # type: ignore[attr-defined]
    if kind != CMD_HANDLE:
        raise SFTPError
    handle, found = answer.get_string(), []
    try:
        while True:
            kind, answer = sftp._request(CMD_READDIR, handle)  # type: ignore[attr-defined]
            if kind != CMD_NAME:
                raise SFTPError
            beat()
            found += [_entry(answer) for _ in range(answer.get_int())]
    except EOFError:
        # the protocol's end of a listing; of a lost connection paramiko makes an SSHException
        sftp._request(CMD_CLOSE, handle)  # type: ignore[attr-defined]
    return found


def _entry(answer: Message) -> tuple[str, SFTPAttributes]:
    name = answer.get_string().decode(*_LOCALE_FREE)
    shown = answer.get_string().decode(*_LOCALE_FREE)
    return name, SFTPAttributes._from_msg(answer, name, shown)  # type: ignore[attr-defined]


def regular(attributes: SFTPAttributes) -> bool:
    """Tell whether attributes of a listing are a regular file's (a link is none: where it leads is not shown)."""
    return attributes.st_mode is not None and stat.S_ISREG(attributes.st_mode)
