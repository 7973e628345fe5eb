"""A source as it is tonight: what may be taken, its content, and what happens to it afterwards."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from hervat.errors import UsageError
from hervat.pickup.folder import FolderPlace
from hervat.pickup.offered import Offered, Place
from hervat.pickup.remote import RemotePlace
from hervat.settings import Source
from hervat.sftp import SftpClient

_PICKED_UP = "opgehaald"


class Pickup:
    """An open source. After `offered`: `growing` files were left for later, `strange` ones have no usable name."""

    growing = 0
    strange = 0

    def __init__(self, place: Place, stable_after_seconds: float) -> None:
        self._place, self._stable_after = place, stable_after_seconds

    def offered(self, now: float | None = None) -> list[Offered]:
        """Return the files that have not changed for `stable_after_seconds`, the oldest first.

        Measured from the file's time stamp to our clock (`now`, seconds since 1970); a stamp in the future is growing.
        """
        found = self._place.listing()
        before = (time.time() if now is None else now) - self._stable_after
        stable = [file for file in found if file.modified <= before or not self._stable_after]
        self.growing, self.strange = len(found) - len(stable), self._place.strange
        return sorted(stable, key=lambda file: (file.modified, file.name))

    def chunks(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content in pieces; an error (`passing`) when it is not what was offered, up to the end."""
        return self._place.read(offered)

    def settle(self, offered: Offered, how: Literal["keep", "move", "delete"]) -> None:
        """Do with a picked-up file what the source says; `move` brings it to `opgehaald`. Harmless when repeated.

        A file that was replaced in the meantime is left: nobody has read it yet.
        """
        if how == "move":
            self._place.move(offered, _PICKED_UP)
        elif how == "delete":
            self._place.remove(offered)


@contextmanager
def open_pickup(source: Source) -> Iterator[Pickup]:
    """Open a source. Raises SftpError or FolderError, here or later, with the mend in it."""
    if source.sftp is not None:
        with SftpClient(source.sftp) as client:
            yield Pickup(RemotePlace(client, source.sftp), source.stable_after_seconds)
    elif source.folder is not None:
        yield Pickup(FolderPlace(source.folder), source.stable_after_seconds)
    else:
        raise UsageError(f"source {source.name}: give exactly one of sftp and folder")
