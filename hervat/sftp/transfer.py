"""Writing and moving a remote file so that what comes through is whole, or nothing is."""

import errno
import posixpath
from contextlib import suppress

from paramiko import SFTPClient, SFTPFile
from paramiko.sftp import CMD_EXTENDED

from hervat.sftp.listing import RemoteFile, remote_file
from hervat.sftp.watchdog import Watchdog

_CHUNK = 256 * 1024


def stamp(sftp: SFTPClient, path: str) -> RemoteFile | None:
    """Return name, size and time stamp of the file at `path`, None if there is none.

    A server that refuses STAT is asked by LSTAT; where it refuses both, the refusal is raised.
    """
    name = posixpath.basename(path)
    for look in (sftp.stat, sftp.lstat):
        try:
            return remote_file(name, look(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            if isinstance(error, TimeoutError) or error.errno not in (None, errno.EACCES):
                raise
            refusal = error
    raise refusal


def write_file(sftp: SFTPClient, directory: str, name: str, data: bytes, watchdog: Watchdog) -> None:
    """Write to a hidden name beside, bring it to disk where the server can, then rename over the final name."""
    final, part = posixpath.join(directory, name), posixpath.join(directory, f".{name}.part")
    with sftp.open(part, "wb") as file:
        file.set_pipelined(True)
        for start in range(0, len(data), _CHUNK):
            file.write(data[start : start + _CHUNK])
            watchdog.beat()
        file.flush()
        _to_disk(sftp, file)
    written = stamp(sftp, part)
    if written is None or written.size not in (None, len(data)):
        raise OSError(errno.EIO, "cut")
    _rename_over(sftp, part, final)


def _to_disk(sftp: SFTPClient, file: SFTPFile) -> None:
    try:
        sftp._request(CMD_EXTENDED, "fsync@openssh.com", file.handle)  # type: ignore[attr-defined]
    except OSError:
        return  # an extension: a server without it says so, and is as durable as it is


def _rename_over(sftp: SFTPClient, part: str, final: str) -> None:
    try:
        sftp.posix_rename(part, final)
    except OSError:
        # a server without the extension renames over nothing: a repeated write must clear the way itself
        if stamp(sftp, final) is not None:
            sftp.remove(final)
        sftp.rename(part, final)


def moved(sftp: SFTPClient, path: str, subdirectory: str) -> None:
    """Move a file to the directory `subdirectory` beside it, under a name that is free there.

    Where the server tells of no name whether it is free, a rename that would go over another is refused by itself.
    """
    directory = posixpath.join(posixpath.dirname(path), subdirectory)
    target = posixpath.join(directory, posixpath.basename(path))
    try:
        there = stamp(sftp, directory) is not None
    except OSError as error:
        if isinstance(error, TimeoutError) or error.errno is not None:  # None: a refusal of the request itself
            raise
        _blindly(sftp, path, directory)
        return
    if not there:
        sftp.mkdir(directory)
    number = 1
    while stamp(sftp, target) is not None:
        number += 1
        target = posixpath.join(directory, f"{posixpath.basename(path)}.{number}")
    with suppress(FileNotFoundError):  # gone already: some servers give a file once
        _renamed(sftp, path, target)


def _blindly(sftp: SFTPClient, path: str, directory: str) -> None:
    with suppress(OSError):  # it may be there already; if it is not, the rename says so
        sftp.mkdir(directory)
    sftp.rename(path, posixpath.join(directory, posixpath.basename(path)))


def removed(sftp: SFTPClient, path: str) -> None:
    """Remove a file; it is not an error if it is gone already."""
    with suppress(FileNotFoundError):
        sftp.remove(path)


def _renamed(sftp: SFTPClient, path: str, target: str) -> None:
    """Rename; a server that refuses the plain request may know OpenSSH's. Its first refusal is reported."""
    try:
        sftp.rename(path, target)
    except FileNotFoundError:
        raise
    except OSError as refusal:
        try:
            sftp.posix_rename(path, target)
        except OSError:
            raise refusal from None
