"""An object as a stream of its content, decrypted a frame at a time, and the check of every object; nothing on disk."""

import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, cast

from hervat.errors import HervatError
from hervat.keyring import Keyring
from hervat.vault.files import VaultError, disk_errors
from hervat.vault.frames import CHUNK, Frames
from hervat.vault.incoming import key_context
from hervat.vault.manifest import VaultObject


class Opened(io.RawIOBase):
    """The content of an object. A read raises VaultError as soon as a frame is not what was secured."""

    def __init__(self, folder: Path, keyring: Keyring, object_id: str) -> None:
        super().__init__()
        self._id = object_id
        with disk_errors(f"object {object_id} can't be read"):
            wrapped = _existing(object_id, folder / "keys" / object_id).read_bytes()
            path = folder / "objects" / object_id
            # a run that was killed right after the object's line leaves the name to the next sweep
            path = _existing(object_id, path, path.with_suffix(".part"))
            self._frames = Frames(_own_key(keyring, wrapped, object_id), object_id)
            self._file = _Hashed(path)
        self._chunks, self._left = self._frames.opened(cast(BinaryIO, self._file)), memoryview(b"")

    @property
    def sha256(self) -> str:
        """The SHA-256 of what was read of the file on disk so far."""
        return self._file.hash.hexdigest()

    def readable(self) -> bool:
        """It can be read, and neither written nor sought in."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` from the front; return the number of bytes, 0 at the end."""
        if not self._left:
            with disk_errors(f"object {self._id} can't be read"):
                self._left = memoryview(next(self._chunks, b""))
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        """Close the file on disk too."""
        if not self.closed:
            self._file.file.close()
        super().close()


class _Hashed:
    """A file that hashes what is read from it."""

    def __init__(self, path: Path) -> None:
        self.file, self.hash = path.open("rb"), hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        return data


def buffered(raw: Opened) -> io.BufferedReader:
    """Return the stream with a buffer of one frame around it."""
    return io.BufferedReader(raw, CHUNK)


def _existing(object_id: str, *places: Path) -> Path:
    for path in places:
        if path.is_file():
            return path
    raise VaultError(f"object {object_id} has no file in {places[0].parent.name}/: it was ended, or taken away")


def _own_key(keyring: Keyring, wrapped: bytes, object_id: str) -> bytes:
    try:
        return keyring.unwrap(wrapped, key_context(object_id))
    except HervatError:
        raise VaultError(
            f"object {object_id}: its key can't be opened: another keys file, or keys/ was changed"
        ) from None


def stored_ids(folder: Path) -> set[str]:
    """Return the ids of the files in `objects`, without the parts."""
    return {path.name for path in (folder / "objects").glob("*") if path.suffix != ".part"}


def object_problem(folder: Path, keyring: Keyring, thing: VaultObject) -> str | None:
    """Return the problem with an object, or None: it is read completely, from its key to its last byte."""
    plain, size = hashlib.sha256(), 0
    try:
        with Opened(folder, keyring, thing.id) as stream:
            while chunk := stream.read(CHUNK):
                plain.update(chunk)
                size += len(chunk)
            on_disk = stream.sha256
    except VaultError as error:
        return str(error)
    same = (keyring.pseudonym("content", plain.hexdigest()), size, on_disk) == (thing.digest, thing.size, thing.sha256)
    return None if same else f"object {thing.id} is another than its line in the manifest says"


def all_problems(
    folder: Path, keyring: Keyring, things: list[VaultObject], progress: Callable[[int, int], None] | None
) -> dict[str, str]:
    """Return problems by the ids of objects. `progress` is called with the numbers done and in all."""
    problems = {}
    for done, thing in enumerate(things, start=1):
        problem = object_problem(folder, keyring, thing)
        if problem:
            problems[thing.id] = problem
        if progress:
            progress(done, len(things))
    return problems


def ended_problems(folder: Path, ended: Iterable[str], known: set[str]) -> list[str]:
    """Return problems with ended objects: bytes or keys that are left, a tombstone of an unknown object."""
    left = {path.stem for name in ("keys", "objects") for path in (folder / name).glob("*")}
    problems = [
        f"a tombstone names object {unknown}, which was never secured" for unknown in sorted(set(ended) - known)
    ]
    return problems + [
        f"object {object_id} was ended and something of it is left; the next run, or `hervat vault destroy`, removes it"
        for object_id in sorted(left.intersection(ended))
    ]
