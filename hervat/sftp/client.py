"""One connection to an SFTP server, and what hervat does over it. It tries nothing again: that is the caller's."""

import posixpath
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from operator import itemgetter
from types import TracebackType
from typing import Self

from paramiko import SFTPClient, Transport

from hervat.settings import SftpServer
from hervat.sftp.connection import connected, log_in, transport_over
from hervat.sftp.errors import SftpError, in_our_words
from hervat.sftp.key_file import private_key
from hervat.sftp.known_hosts import pinned_keys
from hervat.sftp.listing import RemoteFile, fits, is_strange, listed, regular
from hervat.sftp.transfer import moved, read_file, stamp, write_file
from hervat.sftp.watchdog import Watchdog


class SftpClient:
    """A context manager over one connection; paths are the server's. Every method raises SftpError.

    `strange` counts the names that the last listing left out because they can't be used.
    """

    strange = 0

    def __init__(self, server: SftpServer) -> None:
        self._server = server
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._open(opening)
            self._stack = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def listing(self, directory: str, pattern: str = "*") -> list[RemoteFile]:
        """Return the regular files whose names fit the pattern, by name; hidden ones only for a pattern with a dot."""
        with self._doing(f"listing {directory}"):
            found = listed(self._sftp, directory, self._watchdog.beat)
        entries = [(name, one) for name, one in found if fits(name, pattern) and regular(one)]
        self.strange = sum(is_strange(name) for name, _ in entries)
        good = [(name, one) for name, one in sorted(entries, key=itemgetter(0)) if not is_strange(name)]
        return [RemoteFile(name, one.st_size or 0, float(one.st_mtime or 0)) for name, one in good]

    def read(self, path: str, listed_as: RemoteFile | None = None) -> Iterator[bytes]:
        """Yield a file's content in pieces.

        Raises SftpError (passing) when it is gone, is not as it was listed, changes meanwhile or ends too early.
        """
        chunks = read_file(self._sftp, path, listed_as, self._server.host)
        while True:
            with self._doing(f"reading {path}"):
                chunk = next(chunks, None)
            if chunk is None:
                return
            yield chunk

    def put(self, directory: str, name: str, data: bytes) -> None:
        """Write a file whole: nobody ever sees half of it under its name. Repeating it is harmless."""
        if is_strange(name):
            raise SftpError(f"{self._server.host}: a file can't be written under such a name")
        with self._doing(f"writing {posixpath.join(directory, name)}"):
            write_file(self._sftp, directory, name, data, self._watchdog)

    def exists(self, path: str) -> bool:
        """Tell whether something stands at `path`."""
        with self._doing(f"looking for {path}"):
            return stamp(self._sftp, path) is not None

    def remove(self, path: str, listed_as: RemoteFile | None = None) -> None:
        """Remove a file; one that is gone already, or is another than was listed, is left at that."""
        with self._doing(f"removing {path}"):
            found = stamp(self._sftp, path)
            if found and listed_as in (None, found):
                self._sftp.remove(path)

    def move(self, path: str, subdirectory: str, listed_as: RemoteFile | None = None) -> None:
        """Move a file to a directory beside it (made when needed), over nothing; a repeated move is harmless."""
        with self._doing(f"moving {path}"):
            found = stamp(self._sftp, path)
            if found and listed_as in (None, found):
                moved(self._sftp, path, subdirectory)

    def _open(self, opening: ExitStack) -> None:
        server = self._server
        pinned, key = pinned_keys(server), private_key(server.key)
        connection = opening.enter_context(connected(server))
        self._transport = transport_over(connection, server, pinned)
        opening.callback(self._transport.close)
        self._watchdog = Watchdog(lambda: _cut(connection, self._transport), 2 * server.timeout_seconds)
        opening.enter_context(self._watchdog)
        with self._doing("logging in"):
            self._sftp: SFTPClient = log_in(self._transport, server, pinned, key)

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        with in_our_words(self._server.host, what, self._transport.is_active), self._watchdog.operation():
            yield


def _cut(connection: socket.socket, transport: Transport) -> None:
    """End a connection on which nothing moves, from another thread: what waits on it wakes up with an error."""
    with suppress(OSError):  # the other side may have cut it already; what is left is our end
        connection.shutdown(socket.SHUT_RDWR)
    transport.close()
