"""A source as it is tonight: what may be taken, its content, and what happens to it afterwards."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal

from hervat.errors import UsageError
from hervat.pickup.directories import FolderPlace, Offered, Place, RemotePlace
from hervat.settings import SftpServer, Source
from hervat.sftp import PICKED_UP, LeftOut, SftpClient

Connect = Callable[[SftpServer], AbstractContextManager[SftpClient]]
SKEW = 60.0
"""Seconds by which two clocks may differ without anybody hearing of it."""


class Pickup:
    """An open source. After `offered`: `growing` files were left for later, `left` counts what else lies there.

    `there`: the names of all files that fit, ready or not. Among the growing `ahead` carry a time stamp of the
    future, `ahead_by` seconds at most.
    """

    there: frozenset[str] = frozenset()
    growing = 0
    ahead = 0
    ahead_by = 0.0

    def __init__(self, place: Place, source: Source, others: tuple[str, ...] = ()) -> None:
        self._place, self._source, self._others = place, source, others
        self._patterns = (source.sftp or source.folder).patterns  # type: ignore[union-attr]
        self._markers = Markers(source.done_marker)

    @property
    def alive(self) -> bool:
        """True if the source can still be spoken to."""
        return self._place.alive

    @property
    def left(self) -> LeftOut:
        """What lies there and is not offered."""
        return self._place.left

    @property
    def strange(self) -> int:
        """The files with a name that can't be used."""
        return self._place.left.strange

    def offered(self, now: float | None = None) -> list[Offered]:
        """Return the files that are ready, the oldest first.

        Ready is what has not changed for `stable_after_seconds`, measured from the file's time stamp to our clock
        (`now`, seconds since 1970; a stamp in the future is growing); with a `done_marker`, what has one. A file
        whose time stamp the source does not tell is ready.
        """
        files = self._markers.apart(self._place.listing(self._markers.with_theirs(self._patterns), self._not_ours()))
        now = time.time() if now is None else now
        before = now - self._source.stable_after_seconds
        self.there = frozenset(file.name for file in files)
        ready = {file.name: self._ready(file, before) for file in files}
        by = [late for file in files if not ready[file.name] and (late := (file.modified or 0) - now) > SKEW]
        self.growing, self.ahead, self.ahead_by = len(files) - sum(ready.values()), len(by), max(by, default=0.0)
        return sorted((file for file in files if ready[file.name]), key=lambda file: (file.modified or 0, file.name))

    def chunks(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content in pieces; an error (`passing`) when it is not what was offered, up to the end."""
        return self._place.read(offered)

    def settle(self, offered: Offered, how: Literal["keep", "move", "delete"]) -> None:
        """Do with a picked-up file what the source says; `move` brings it to `opgehaald`. Harmless when repeated.

        A file that was replaced in the meantime is left: nobody has read it yet. Its marker follows it.
        """
        for file in filter(None, (offered, self._markers.of(offered))):
            if how == "move":
                self._place.move(file, PICKED_UP)
            elif how == "delete":
                self._place.remove(file)

    def _not_ours(self) -> tuple[str, ...]:
        """Return the patterns of files for others; a marker without its file is not a download either."""
        return (*self._others, *self._markers.patterns)

    def _ready(self, file: Offered, before: float) -> bool:
        stable = file.modified is None or file.modified <= before or not self._source.stable_after_seconds
        if not self._source.done_marker:
            return stable
        marker = self._markers.of(file)
        # a marker that is older than its file may be that of the file before: then the file's age decides too
        return marker is not None and ((marker.modified or 0) >= (file.modified or 0) or stable)


@contextmanager
def open_pickup(source: Source, connect: Connect = SftpClient, others: tuple[str, ...] = ()) -> Iterator[Pickup]:
    """Open a source; `connect` gives a connection to its server. Raises SftpError or FolderError, here or later.

    others: patterns of files there that belong to somebody else, so that they are not counted.
    """
    if source.sftp is not None:
        with connect(source.sftp) as client:
            yield Pickup(RemotePlace(client, source.sftp), source, others)
    elif source.folder is not None:
        yield Pickup(FolderPlace(source.folder), source, others)
    else:
        raise UsageError(f"source {source.name}: give exactly one of sftp and folder")


class Markers:
    """The markers among what a source lists. `suffix`: comes after the file's name (None: there are no markers)."""

    def __init__(self, suffix: str | None) -> None:
        self._suffix = suffix
        self._markers: dict[str, Offered] = {}
        self._folded: dict[str, Offered] = {}

    @property
    def patterns(self) -> tuple[str, ...]:
        """A pattern of every marker."""
        return (f"*{self._suffix}",) if self._suffix else ()

    def with_theirs(self, patterns: tuple[str, ...]) -> tuple[str, ...]:
        """Return patterns with those of their files' markers."""
        return (*patterns, *(f"{pattern}{self._suffix}" for pattern in patterns)) if self._suffix else patterns

    def apart(self, listed: Iterable[Offered]) -> list[Offered]:
        """Return the files that are not markers; the markers are remembered."""
        files, self._markers = [], {}
        for file in listed:
            if self._suffix and file.name.casefold().endswith(self._suffix.casefold()):
                self._markers[file.name[: -len(self._suffix)]] = file
            else:
                files.append(file)
        self._folded = {name.casefold(): marker for name, marker in self._markers.items()}
        return files

    def of(self, file: Offered) -> Offered | None:
        """Return a file's marker: the one of its very name, else one of a name that differs in capitals alone."""
        return self._markers.get(file.name) or self._folded.get(file.name.casefold())
