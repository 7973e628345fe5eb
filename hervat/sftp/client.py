"""One connection to an SFTP server, and what hervat does over it. It retries nothing: that is up to the caller."""

import posixpath
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from hervat.settings import SftpServer
from hervat.sftp.asked import Placed, kind_of, refusals_pass
from hervat.sftp.errors import SftpError, in_our_words
from hervat.sftp.kept import STORE
from hervat.sftp.left_out import LeftOut
from hervat.sftp.listing import RemoteFile, fits, is_strange, listed_again, remote_file, tree
from hervat.sftp.reading import read_file
from hervat.sftp.transfer import moved, removed, stamp, write_file


class SftpClient:
    """A context manager over one connection; paths are the server's. Every method raises SftpError.

    `left` counts what the last listing left out. Within `logins_kept` the connection may be one that was used before.
    """

    def __init__(self, server: SftpServer) -> None:
        self.left = LeftOut()
        self._server, self._sound = server, True

    def __enter__(self) -> Self:
        self._opened = STORE.taken(self._server.login) or STORE.opened(self._server)
        self._session, self._watchdog = self._opened.session, self._opened.session.watchdog
        self._sftp, self._pipeline = self._opened.sftp, self._opened.pipeline
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._sound or error or not STORE.laid_aside(self._server.login, self._opened):
            self._opened.close()

    def listing(
        self, directory: str, patterns: str | Sequence[str] = "*", depth: int = 0, others: Sequence[str] = ()
    ) -> list[RemoteFile]:
        """Return the regular files whose names fit a pattern, by name; hidden ones only for a pattern with a dot.

        With a depth those in subfolders too, named by their path; where picked-up files are moved to is left out. What
        else lies there is counted in `left`, but for names that fit `others`: somebody else's.
        """
        names = (patterns,) if isinstance(patterns, str) else tuple(patterns)
        self.left = LeftOut()
        with self._doing(f"listing {directory}"):
            entries = tree(
                self._pipeline, directory, depth, self._watchdog.beat, lambda name: fits(name, names), self.left
            )
        theirs = tuple(others)
        good = [entry for entry in entries if self._is_offered(entry, names, theirs)]
        files = [remote_file(posixpath.join(folder, name), attributes) for folder, name, attributes in good]
        return sorted(files, key=lambda file: file.name)

    def _is_offered(self, entry: Placed, patterns: tuple[str, ...], others: tuple[str, ...]) -> bool:
        """True if an entry is a file to offer; other entries are counted."""
        return self.left.weigh(entry[1], kind_of(entry[2]), patterns, others)

    def read(self, path: str, listed_as: RemoteFile | None = None) -> Iterator[bytes]:
        """Yield a file's content in pieces.

        Raises SftpError (passing) when it is gone, is not as it was listed, changes meanwhile or ends too early.
        """
        chunks = read_file(self._pipeline, path, listed_as, self._server.host, lambda: self._again(path))
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
        """True if there is something at `path`."""
        with self._doing(f"looking for {path}"):
            return stamp(self._sftp, path) is not None

    def remove(self, path: str, listed_as: RemoteFile | None = None) -> None:
        """Remove a file; one that is gone already, or is another than was listed, is left at that."""
        with self._doing(f"removing {path}"):
            if self._is_there(path, listed_as):
                removed(self._sftp, path)

    def move(self, path: str, subdirectory: str, listed_as: RemoteFile | None = None) -> None:
        """Move a file to a directory beside it (made when needed), over nothing; a repeated move is harmless."""
        with self._doing(f"moving {path}"):
            if self._is_there(path, listed_as):
                moved(self._sftp, path, subdirectory)

    def _is_there(self, path: str, listed_as: RemoteFile | None) -> bool:
        """True if the listed file is still there; if STAT differs, it is listed again."""
        with refusals_pass():
            current = stamp(self._sftp, path)
            if current is None or listed_as is None or current.agrees(listed_as):
                return current is not None
        again = self._again(path)
        return again is not None and (listed_as is None or again.agrees(listed_as))

    def _again(self, path: str) -> RemoteFile | None:
        return listed_again(self._pipeline, path, self._watchdog.beat)

    @property
    def strange(self) -> int:
        """The files that the last listing left out because their names can't be used."""
        return self.left.strange

    @property
    def alive(self) -> bool:
        """True if the connection is still up, as far as we know."""
        return self._session.alive()

    @contextmanager
    def _doing(self, what: str) -> Iterator[None]:
        sound, self._sound = self._sound, False
        with in_our_words(self._server.host, what, self._session.alive), self._watchdog.operation():
            yield
        self._sound = sound
