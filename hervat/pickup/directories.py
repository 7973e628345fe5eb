"""What a source offers, and the places where files lie: a folder of this machine or a mounted share, and one by SFTP.

Links in a folder are not followed.
"""

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Protocol

from hervat.errors import EndpointError
from hervat.settings import FolderPickup, SftpPickup
from hervat.sftp import Kind, LeftOut, RemoteFile, SftpClient, enters


@dataclass(frozen=True)
class Offered:
    """One file at a source: its name (a path below the source's directory), size in bytes, and time stamp.

    The time stamp is in seconds since 1970, by the source's clock. None: the source does not tell.
    """

    name: str
    size: int | None
    modified: float | None


class Place(Protocol):
    """Where files lie. Its errors are HervatErrors; `passing` on one says that trying again is worth it."""

    left: LeftOut

    @property
    def alive(self) -> bool:
        """True if the place can still be spoken to."""

    def listing(self, patterns: tuple[str, ...], others: tuple[str, ...] = ()) -> list[Offered]:
        """Return the files whose names fit a pattern; `left` then counts what else lies there.

        others: patterns of files that are somebody else's, and are not counted.
        """

    def read(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content; an error when it is not, or no longer, the one that was offered."""

    def remove(self, offered: Offered) -> None:
        """Remove a file; what is gone already, or is another by now, is left at that."""

    def move(self, offered: Offered, subdirectory: str) -> None:
        """Move a file into a subdirectory; what is gone already, or is another by now, is left at that."""


_CHUNK = 256 * 1024


class FolderError(EndpointError):
    """A folder could not be used. `passing`: it may well work a moment later."""


class FolderPlace:
    """The files of one folder."""

    def __init__(self, pickup: FolderPickup) -> None:
        self._folder, self._depth, self.left = pickup.directory, pickup.depth, LeftOut()

    @property
    def alive(self) -> bool:
        """A folder is always there to be asked."""
        return True

    def listing(self, patterns: tuple[str, ...], others: tuple[str, ...] = ()) -> list[Offered]:
        """Return the regular files whose names fit; what else lies there is counted in `left`."""
        self.left = LeftOut()
        with self._translated("listing it"):
            entries = list(self._entries(self._folder, self._depth))
            good = [entry for entry in entries if self.left.weigh(entry.name, _kind(entry), patterns, others)]
            named = [(os.path.relpath(entry.path, self._folder), entry) for entry in good]
            return [_offered(name, entry.stat(follow_symlinks=False)) for name, entry in sorted(named, key=_name)]

    def _entries(self, folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
        """Yield the entries of a folder, and of `depth` levels below; folders that are not entered are counted."""
        with os.scandir(folder) as entries:
            for entry in entries:
                if _kind(entry) != "folder":
                    yield entry
                elif enters(entry.name):
                    yield from self._below(Path(entry.path), depth)

    def _below(self, folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
        if not depth:
            self.left.folders.append(os.path.relpath(folder, self._folder))
            return
        try:
            yield from self._entries(folder, depth - 1)
        except PermissionError:
            self.left.closed += 1

    def read(self, offered: Offered) -> Iterator[bytes]:
        """Yield a file's content; an error when it is not, or no longer, the one that was offered."""
        with self._translated(f"reading {offered.name}"):
            handle = os.open(self._folder / offered.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb"):
            total = 0
            self._check(offered, handle)
            while chunk := self._piece(offered, handle):
                total += len(chunk)
                yield chunk
            self._check(offered, handle)
        if total != offered.size:
            raise self._changed(offered)

    def remove(self, offered: Offered) -> None:
        """Remove the file that was offered."""
        with self._translated(f"removing {offered.name}"):
            if self._is_there(offered):
                (self._folder / offered.name).unlink()

    def move(self, offered: Offered, subdirectory: str) -> None:
        """Move the file that was offered, under a name that is free there."""
        with self._translated(f"moving {offered.name}"):
            if self._is_there(offered):
                path = self._folder / offered.name
                target = path.parent / subdirectory
                target.mkdir(exist_ok=True)
                path.rename(_free(target, path.name))

    def _is_there(self, offered: Offered) -> bool:
        try:
            return _offered(offered.name, (self._folder / offered.name).lstat()) == offered
        except FileNotFoundError:
            return False

    def _piece(self, offered: Offered, handle: int) -> bytes:
        with self._translated(f"reading {offered.name}"):
            return os.read(handle, _CHUNK)

    def _check(self, offered: Offered, handle: int) -> None:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode) or _offered(offered.name, state) != offered:
            raise self._changed(offered)

    def _changed(self, offered: Offered) -> FolderError:
        text = f"folder {self._folder}: reading {offered.name}: the file vanished or changed since it was listed"
        return FolderError(text, passing=True)

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            what = "there is no such folder" if not self._folder.is_dir() else "the file vanished since it was listed"
            raise FolderError(f"folder {self._folder}: {doing}: {what}", passing=self._folder.is_dir()) from None
        except PermissionError:
            raise FolderError(f"folder {self._folder}: {doing}: permission denied; give us the right") from None
        except OSError as error:
            raise FolderError(f"folder {self._folder}: {doing}: {error.strerror or type(error).__name__}") from None


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return "link"
    if entry.is_file(follow_symlinks=False):
        return "file"
    return "folder" if entry.is_dir(follow_symlinks=False) else "special"


def _name(named: tuple[str, os.DirEntry[str]]) -> str:
    return named[0]


def _offered(name: str, state: os.stat_result) -> Offered:
    """Return a file as it is now; a stamp of 1970 or before means that the share keeps no time stamps."""
    return Offered(name, state.st_size, state.st_mtime if state.st_mtime > 0 else None)


def _free(folder: Path, name: str) -> Path:
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / f"{name}.{number}"
    return target


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
