"""Reading a remote file so that what comes through is whole, or nothing is, over whatever a server refuses.

A server that can't look at an open file is asked by name, and then the listing counts; one that takes the name away
once a file is opened (it may be read once) keeps nobody from having it when it was read to its end.
"""

import errno
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from paramiko import SFTPAttributes, SSHException
from paramiko.sftp import CMD_CLOSE, CMD_FSTAT, CMD_OPEN, CMD_READ, CMD_STAT, SFTP_FLAG_READ, int64

from hervat.sftp.asked import attributes_or_none, refusals_pass
from hervat.sftp.errors import SftpError
from hervat.sftp.listing import RemoteFile, remote_file
from hervat.sftp.pipeline import Pipeline, Reply

# 512 requests of 32 KiB under way: 64 are many times slower, and without a limit some servers hang (measured).
_REQUEST = 32 * 1024
_AHEAD = 512
Again = Callable[[], RemoteFile | None]


class FileGone(SftpError):
    """A file was not there any more when it was to be opened: nothing was taken from it."""


def read_file(
    pipeline: Pipeline, path: str, listed_as: RemoteFile | None, host: str, again: Again = lambda: None
) -> Iterator[bytes]:
    """Yield a file's content; raise SftpError when it is another than was listed, or changes meanwhile.

    Two round trips for a small file: it is opened, then looked at, read and looked at again without waiting between.
    again: returns how the listing shows the file now, for a server whose looks differ from its listings.
    """
    try:
        handle = pipeline.handle(pipeline.ask(CMD_OPEN, path, SFTP_FLAG_READ, SFTPAttributes()))
    except OSError as error:
        if error.errno == errno.ENOENT:
            raise FileGone(*_changed(host, path)) from None
        raise
    try:
        yield from _Reading(pipeline, path, handle, host, again).chunks(listed_as)
    finally:
        with suppress(OSError, EOFError, SSHException):  # a lost connection closes it too
            pipeline.ask(CMD_CLOSE, handle)


@dataclass(frozen=True)
class _Looks:
    """The questions after the last byte: the open file, its name, and whether anything comes behind it."""

    open: Reply
    name: Reply
    beyond: Reply
    size: int

    @property
    def early(self) -> bool:
        """True if a look was answered already: it proves nothing about what came after."""
        return any(answer.kind is not None for answer in (self.open, self.name))


class _Reading:
    """One open file, read from front to end, and compared with what it was before and after."""

    def __init__(self, pipeline: Pipeline, path: str, handle: bytes, host: str, again: Again) -> None:
        self._pipeline, self._path, self._handle, self._host, self._again = pipeline, path, handle, host, again

    def chunks(self, listed_as: RemoteFile | None) -> Iterator[bytes]:
        first = self._pipeline.ask(CMD_FSTAT, self._handle)
        listed = listed_as or RemoteFile(self._path, None, None)
        size = listed.size or 0
        places, asked, last = self._begun(size)
        before = self._looked(first) or self._looked(self._pipeline.ask(CMD_STAT, self._path)) or listed
        if not before.agrees(listed) and not self._is_listed_so(listed):
            raise self._changed()
        if listed.size is None and before.size:
            size = before.size
            places, asked, last = self._begun(size)
        if not size or before.size not in (None, size):
            yield from self._to_the_end({size, before.size or 0})
            asked, last, size = deque(), None, 0
        while asked:
            place, answer = asked.popleft()
            chunk = self._pipeline.data(answer)
            asked.extend(self._ask(following, size) for following in islice(places, 1))
            yield self._whole(chunk, place, min(_REQUEST, size - place))
        self._unchanged(before, listed, last or self._look(size))

    def _begun(self, size: int) -> tuple[Iterator[int], deque[tuple[int, Reply]], _Looks | None]:
        """Ask for the first pieces; of a small file for the looks after the last byte too."""
        places = iter(range(0, size, _REQUEST))
        asked = deque(self._ask(place, size) for place in islice(places, _AHEAD))
        return places, asked, self._look(size) if size and len(asked) < _AHEAD else None

    def _to_the_end(self, sizes: set[int]) -> Iterator[bytes]:
        """Read a file without a known size (0 is unknown), or with two: to its end, which must be at a known size."""
        place = 0
        while chunk := self._pipeline.data(self._ask(place, place + _REQUEST)[1]):
            yield chunk
            place += len(chunk)
        if place not in (sizes - {0} or {place}):
            raise self._changed()

    def _whole(self, chunk: bytes, place: int, length: int) -> bytes:
        """Return a chunk of that length: some servers give less at once than was asked. No more comes: it was cut."""
        while len(chunk) < length:
            rest = self._pipeline.ask(CMD_READ, self._handle, int64(place + len(chunk)), length - len(chunk))
            more = self._pipeline.data(rest)
            if not more:
                raise self._changed()
            chunk += more
        return chunk

    def _ask(self, place: int, size: int) -> tuple[int, Reply]:
        length = min(_REQUEST, size - place)
        return place, self._pipeline.ask(CMD_READ, self._handle, int64(place), length)

    def _look(self, size: int) -> _Looks:
        """Ask for the open file and for its name: some servers answer for an open file with its old attributes."""
        return _Looks(
            self._pipeline.ask(CMD_FSTAT, self._handle),
            self._pipeline.ask(CMD_STAT, self._path),
            self._ask(size, size + 1)[1],
            size,
        )

    def _looked(self, answer: Reply) -> RemoteFile | None:
        """Return the file of a look; None if the server refuses it, or there is nothing."""
        attributes = attributes_or_none(self._pipeline, answer)
        return None if attributes is None else remote_file(self._path, attributes)

    def _is_listed_so(self, listed: RemoteFile) -> bool:
        """True if the listing still shows what it showed: then it is the server's looks that differ from it."""
        now = self._again()
        return now is not None and now.agrees(listed)

    def _unchanged(self, before: RemoteFile, listed: RemoteFile, last: _Looks) -> None:
        """Look again, after the last byte; a look that was answered before it proves nothing, so it is asked again.

        A name that is gone is not a change: the file was open, and was read to its end.
        """
        if last.early:
            last = self._look(last.size)
        opened, named = self._looked(last.open), self._looked(last.name)
        same = opened is None or opened.agrees(before)
        same = same and (named is None or named.agrees(before) or named.agrees(listed))
        if not same or self._comes(last):
            raise self._changed()

    def _comes(self, last: _Looks) -> bool:
        """True if something comes behind the last byte; a server may refuse to read there."""
        with refusals_pass():
            return bool(last.size and self._pipeline.data(last.beyond))
        return False

    def _changed(self) -> SftpError:
        return SftpError(*_changed(self._host, self._path))


def _changed(host: str, path: str) -> tuple[str, bool]:
    return f"{host}: reading {path}: the file vanished or changed since it was listed", True
