"""Reading, writing and moving a remote file so that what comes through is whole, or nothing is."""

import errno
import posixpath
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from paramiko import SFTPAttributes, SFTPClient, SFTPFile, SSHException
from paramiko.sftp import CMD_CLOSE, CMD_EXTENDED, CMD_FSTAT, CMD_OPEN, CMD_READ, CMD_STAT, SFTP_FLAG_READ, int64

from hervat.sftp.errors import SftpError
from hervat.sftp.listing import RemoteFile
from hervat.sftp.pipeline import Answer, Pipeline
from hervat.sftp.watchdog import Watchdog

_CHUNK = 256 * 1024
# 512 requests of 32 KiB under way: 64 are many times slower, and without a limit some servers hang (measured).
_REQUEST = 32 * 1024
_AHEAD = 512


def stamp(sftp: SFTPClient, path: str) -> RemoteFile | None:
    """Return name, size and time stamp of what stands at `path`, or None when nothing does."""
    try:
        found = sftp.stat(path)
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        raise
    return _as_file(path, found)


def _as_file(path: str, found: SFTPAttributes) -> RemoteFile:
    return RemoteFile(posixpath.basename(path), found.st_size or 0, float(found.st_mtime or 0))


def read_file(pipeline: Pipeline, path: str, listed_as: RemoteFile | None, host: str) -> Iterator[bytes]:
    """Yield a file's content; raise SftpError when it is another than was listed, or changes meanwhile.

    Two round trips for a small file: it is opened, then looked at, read and looked at again without waiting between.
    """
    try:
        handle = pipeline.handle(pipeline.ask(CMD_OPEN, path, SFTP_FLAG_READ, SFTPAttributes()))
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise _changed(host, path) from None
        raise
    try:
        yield from _Reading(pipeline, path, handle, host).chunks(listed_as)
    finally:
        with suppress(OSError, EOFError, SSHException):  # a lost connection closes it too
            pipeline.ask(CMD_CLOSE, handle)


class _Reading:
    """One open file, read from front to end, and compared with what it was before and after."""

    def __init__(self, pipeline: Pipeline, path: str, handle: bytes, host: str) -> None:
        self._pipeline, self._path, self._handle, self._host = pipeline, path, handle, host

    def chunks(self, listed_as: RemoteFile | None) -> Iterator[bytes]:
        first = self._pipeline.ask(CMD_FSTAT, self._handle)
        size = listed_as.size if listed_as else (self._pipeline.attributes(first).st_size or 0)
        places = iter(range(0, size, _REQUEST))
        asked = deque(self._ask(place, size) for place in islice(places, _AHEAD))
        last = self._look() if len(asked) < _AHEAD else None
        before = _as_file(self._path, self._pipeline.attributes(first))
        if listed_as and (before.size, before.modified) != (listed_as.size, listed_as.modified):
            raise _changed(self._host, self._path)
        while asked:
            place, answer = asked.popleft()
            chunk = self._pipeline.data(answer)
            asked.extend(self._ask(following, size) for following in islice(places, 1))
            yield self._whole(chunk, place, min(_REQUEST, size - place))
        self._unchanged(before, last)

    def _whole(self, chunk: bytes, place: int, length: int) -> bytes:
        """Return a chunk of that length: some servers give less at once than was asked. No more comes: it was cut."""
        while len(chunk) < length:
            rest = self._pipeline.ask(CMD_READ, self._handle, int64(place + len(chunk)), length - len(chunk))
            more = self._pipeline.data(rest)
            if not more:
                raise _changed(self._host, self._path)
            chunk += more
        return chunk

    def _ask(self, place: int, size: int) -> tuple[int, Answer]:
        length = min(_REQUEST, size - place)
        return place, self._pipeline.ask(CMD_READ, self._handle, int64(place), length)

    def _look(self) -> list[Answer]:
        """Ask what the open file is, and what stands under its name: some servers tell of an open file what it was."""
        return [self._pipeline.ask(CMD_FSTAT, self._handle), self._pipeline.ask(CMD_STAT, self._path)]

    def _unchanged(self, before: RemoteFile, last: list[Answer] | None) -> None:
        """Look again, after the last byte; a look that was answered before it proves nothing, so it is asked anew."""
        if last is None or any(answer.kind is not None for answer in last):
            last = self._look()
        try:
            after = {_as_file(self._path, self._pipeline.attributes(answer)) for answer in last}
        except OSError:
            raise _changed(self._host, self._path) from None
        if after != {before}:
            raise _changed(self._host, self._path)


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
