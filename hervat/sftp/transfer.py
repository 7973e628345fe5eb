"""Reading, writing and moving a remote file so that what comes through is whole, or nothing is."""

import errno
import posixpath
from collections.abc import Iterator

from paramiko import SFTPClient, SFTPFile
from paramiko.sftp import CMD_EXTENDED

from hervat.sftp.errors import SftpError
from hervat.sftp.listing import RemoteFile
from hervat.sftp.watchdog import Watchdog

_CHUNK = 256 * 1024
# Asked at once: 512 requests of 32 KiB. 64 is many times slower, and without a limit some servers hang (measured).
# A window at a time, for paramiko's own limit is a thread that waits for ever when a read is given up half-way.
_REQUEST = 32 * 1024
_WINDOW = 512 * _REQUEST


def stamp(sftp: SFTPClient, path: str) -> RemoteFile | None:
    """Return name, size and time stamp of what stands at `path`, or None when nothing does."""
    try:
        found = sftp.stat(path)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    return RemoteFile(posixpath.basename(path), found.st_size or 0, float(found.st_mtime or 0))


def read_file(sftp: SFTPClient, path: str, listed_as: RemoteFile | None, host: str) -> Iterator[bytes]:
    """Yield a file's content; raise SftpError when it is another than was listed, or changes meanwhile."""
    before = stamp(sftp, path)
    if before is None or (listed_as is not None and before != listed_as):
        raise _changed(host, path)
    total = 0
    with sftp.open(path, "rb") as file:
        for chunk in _chunks(file, before.size):
            total += len(chunk)
            yield chunk
    if total != before.size or stamp(sftp, path) != before:
        raise _changed(host, path)


def _chunks(file: SFTPFile, size: int) -> Iterator[bytes]:
    """Yield what the file gives of `size` bytes, a window of requests at a time."""
    for window in range(0, size, _WINDOW):
        end = min(window + _WINDOW, size)
        requests = [(offset, min(_REQUEST, end - offset)) for offset in range(window, end, _REQUEST)]
        for (_, asked), chunk in zip(requests, file.readv(requests), strict=False):
            yield chunk
            if len(chunk) < asked:
                return  # the file ends here by now; paramiko waits for ever for what lies beyond


def _changed(host: str, path: str) -> SftpError:
    return SftpError(f"{host}: reading {path}: the file vanished or changed since it was listed", passing=True)


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
    if sftp.stat(part).st_size != len(data):
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
    """Move a file to the directory `subdirectory` beside it, under a name that is free there."""
    directory = posixpath.join(posixpath.dirname(path), subdirectory)
    if stamp(sftp, directory) is None:
        sftp.mkdir(directory)
    target = posixpath.join(directory, posixpath.basename(path))
    number = 1
    while stamp(sftp, target) is not None:
        number += 1
        target = posixpath.join(directory, f"{posixpath.basename(path)}.{number}")
    sftp.rename(path, target)
