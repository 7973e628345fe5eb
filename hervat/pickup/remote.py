"""A directory on an SFTP server as a place where files lie."""

import posixpath
from collections.abc import Iterator
from dataclasses import astuple

from hervat.pickup.offered import Offered
from hervat.settings import SftpPickup
from hervat.sftp import LeftOut, RemoteFile, SftpClient


class RemotePlace:
    """The files of one directory over an open connection."""

    def __init__(self, client: SftpClient, pickup: SftpPickup) -> None:
        self._client, self._pickup, self.left = client, pickup, LeftOut()

    @property
    def alive(self) -> bool:
        """True if the connection is up."""
        return self._client.alive

    def listing(self, patterns: tuple[str, ...], others: tuple[str, ...] = ()) -> list[Offered]:
        """Return the regular files whose names fit; what else lies there is counted in `left`."""
        files = self._client.listing(self._pickup.directory, patterns, self._pickup.depth, others)
        self.left = self._client.left
        return [Offered(*astuple(file)) for file in files]

    def read(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content, if it is still the one that was offered."""
        yield from self._client.read(self._path(offered), _listed(offered))

    def remove(self, offered: Offered) -> None:
        """Remove the file that was offered."""
        self._client.remove(self._path(offered), _listed(offered))

    def move(self, offered: Offered, subdirectory: str) -> None:
        """Move the file that was offered."""
        self._client.move(self._path(offered), subdirectory, _listed(offered))

    def _path(self, offered: Offered) -> str:
        return posixpath.join(self._pickup.directory, offered.name)


def _listed(offered: Offered) -> RemoteFile:
    return RemoteFile(posixpath.basename(offered.name), offered.size, offered.modified)
