"""A source as it is tonight: what may be taken, its content, and what happens to it afterwards."""

import posixpath
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal

from hervat.errors import UsageError
from hervat.pickup.folder import FolderPlace
from hervat.pickup.offered import Offered, Place
from hervat.pickup.remote import RemotePlace
from hervat.settings import SftpServer, Source
from hervat.sftp import PICKED_UP, SftpClient
from hervat.sftp.listing import fits

Connect = Callable[[SftpServer], AbstractContextManager[SftpClient]]


class Pickup:
    """An open source. After `offered`: `growing` files were left for later, `strange` ones have no usable name."""

    growing = 0
    strange = 0

    def __init__(self, place: Place, source: Source) -> None:
        self._place, self._source = place, source
        self._patterns = (source.sftp or source.folder).patterns  # type: ignore[union-attr]
        self._markers: dict[str, Offered] = {}

    @property
    def alive(self) -> bool:
        """Tell whether the source can still be spoken to."""
        return self._place.alive

    def offered(self, now: float | None = None) -> list[Offered]:
        """Return the files that are ready, the oldest first.

        Ready is what has not changed for `stable_after_seconds`, measured from the file's time stamp to our clock
        (`now`, seconds since 1970; a stamp in the future is growing); with a `done_marker`, what has one.
        """
        found = self._listed()
        before = (time.time() if now is None else now) - self._source.stable_after_seconds
        ready = [file for file in found if self._ready(file, before)]
        self.growing, self.strange = len(found) - len(ready), self._place.strange
        return sorted(ready, key=lambda file: (file.modified, file.name))

    def passed_by(self) -> list[str]:
        """Return the names (without folders) of the files that lie there and fit no pattern."""
        marker = self._source.done_marker
        names = [posixpath.basename(file.name) for file in self._place.listing(("*",))]
        return [name for name in names if not fits(name, self._patterns) and not (marker and name.endswith(marker))]

    def chunks(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content in pieces; an error (`passing`) when it is not what was offered, up to the end."""
        return self._place.read(offered)

    def settle(self, offered: Offered, how: Literal["keep", "move", "delete"]) -> None:
        """Do with a picked-up file what the source says; `move` brings it to `opgehaald`. Harmless when repeated.

        A file that was replaced in the meantime is left: nobody has read it yet. Its marker follows it.
        """
        for one in filter(None, (offered, self._markers.get(offered.name))):
            if how == "move":
                self._place.move(one, PICKED_UP)
            elif how == "delete":
                self._place.remove(one)

    def _listed(self) -> list[Offered]:
        """Return the files; their markers are kept apart."""
        marker = self._source.done_marker
        if not marker:
            return self._place.listing(self._patterns)
        found = self._place.listing((*self._patterns, *(f"{pattern}{marker}" for pattern in self._patterns)))
        self._markers = {file.name.removesuffix(marker): file for file in found if file.name.endswith(marker)}
        return [file for file in found if not file.name.endswith(marker)]

    def _ready(self, file: Offered, before: float) -> bool:
        stable = file.modified <= before or not self._source.stable_after_seconds
        if not self._source.done_marker:
            return stable
        marker = self._markers.get(file.name)
        # a marker that is older than its file may be that of the file before: then the file's age decides too
        return marker is not None and (marker.modified >= file.modified or stable)


@contextmanager
def open_pickup(source: Source, connect: Connect = SftpClient) -> Iterator[Pickup]:
    """Open a source; `connect` gives a connection to its server. Raises SftpError or FolderError, here or later."""
    if source.sftp is not None:
        with connect(source.sftp) as client:
            yield Pickup(RemotePlace(client, source.sftp), source)
    elif source.folder is not None:
        yield Pickup(FolderPlace(source.folder), source)
    else:
        raise UsageError(f"source {source.name}: give exactly one of sftp and folder")
