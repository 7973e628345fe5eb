"""The vault of one municipality: writing, listing, opening, checking, cleaning up after a kill, and ending."""

import fcntl
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from hervat.keyring import Keyring
from hervat.vault.checking import all_problems, stored_ids
from hervat.vault.errors import VaultError, disk_errors
from hervat.vault.files import sync_folder
from hervat.vault.incoming import Incoming
from hervat.vault.manifest import START, Manifest, VaultObject
from hervat.vault.reading import Opened, buffered

_TOMBSTONE = "tombstone"


class Vault:
    """The originals of the municipality whose keyring is given; `directory` is the installation's vault."""

    def __init__(self, directory: Path, keyring: Keyring) -> None:
        self._folder, self._keyring = directory / keyring.code, keyring
        self._manifest = Manifest(self._folder, keyring)

    @contextmanager
    def writer(self) -> Iterator[Incoming]:
        """Take a new object in. Left without `commit`, or by an error, nothing of it remains."""
        incoming = Incoming(self._folder, self._keyring, self._manifest)
        try:
            yield incoming
        finally:
            incoming.close()

    def objects(self, kind: str | None = None) -> list[VaultObject]:
        """Return the objects, of one kind or all, in the order in which they were secured; ended ones left out."""
        things, ended = self._things()
        return [thing for thing in things if thing.id not in ended and kind in (None, thing.kind)]

    def open(self, object_id: str) -> io.BufferedReader:
        """Return an object's content as a stream. Raises VaultError, here or in a read, when anything is off."""
        return buffered(Opened(self._folder, self._keyring, object_id))

    def verify(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Return all that is wrong, in words with ids only; empty when every original is there and unchanged."""
        with disk_errors("the vault can't be read"):
            stored = stored_ids(
                self._folder
            )  # before the lines: a run may be writing, and an object's line comes first
            problems = self._manifest.problems()
            try:
                things = self.objects()
            except VaultError:
                return problems
            problems += all_problems(self._folder, self._keyring, things, progress)
        unknown = stored - {thing.id for thing in things}
        return problems + [f"object {one} stands in no line of the manifest" for one in sorted(unknown)]

    def sweep(self) -> int:
        """Finish what a killed run left, at the start of the next; return how many things were mended or removed.

        An object whose line stands is brought under its name; parts and keys of objects that never came to exist are
        removed. A whole object without a line is never removed: `verify` reports it.
        """
        with disk_errors("the vault can't be cleaned up"):
            if not self._folder.is_dir():
                return 0
            self._manifest.mend()
            things, ended = self._things()
            mended = sum(self._destroy(object_id) for object_id in ended)
            named = {thing.id for thing in things} - ended
            mended += sum(_swept(part, named) for part in sorted((self._folder / "objects").glob("*.part")))
            return mended + sum(map(_removed, self._left_keys(named)))

    def end(self, object_id: str, by: tuple[str, str], reason: str) -> None:
        """End an object for good: a tombstone in the chain, then its key and its bytes are destroyed.

        `by` are two different persons. Raises VaultError when they are not, or there is no such object. Whether its
        round is closed and its term has passed is the caller's to know (rule 1).
        """
        if len({one.strip().casefold() for one in by if one.strip()}) != 2:
            raise VaultError("ending an original takes two different persons")
        if object_id not in {thing.id for thing in self.objects()}:
            raise VaultError(f"there is no object {object_id} in the vault")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        meta: dict[str, str | int | None] = {"object": object_id, "by": by[0], "and": by[1], "reason": reason}
        with disk_errors(f"object {object_id} can't be ended"):
            self._manifest.append(VaultObject(f"end-{object_id}", START, 0, _TOMBSTONE, START, now, meta))
            self._destroy(object_id)

    def _things(self) -> tuple[list[VaultObject], set[str]]:
        """Return the objects that were ever secured, and the ids of those that were ended."""
        things = [line.thing for line in self._manifest.lines()]
        ended = {str(thing.meta.get("object")) for thing in things if thing.kind == _TOMBSTONE}
        return [thing for thing in things if thing.kind != _TOMBSTONE], ended

    def _destroy(self, object_id: str) -> bool:
        """Remove an ended object's key and bytes; tell whether anything was left of them."""
        found = [path for name in ("keys", "objects") if (path := self._folder / name / object_id).exists()]
        for path in found:
            path.unlink()
            sync_folder(path.parent)
        return bool(found)

    def _left_keys(self, named: set[str]) -> list[Path]:
        """Return the keys that no object needs: their object was never committed, or was ended."""
        needed = named | stored_ids(self._folder) | {part.stem for part in (self._folder / "objects").glob("*.part")}
        return [key for key in sorted((self._folder / "keys").glob("*")) if key.name not in needed]


def _swept(part: Path, named: set[str]) -> int:
    """Finish or remove one `.part`; one that is being written right now is locked, and left alone."""
    with part.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        if part.stem in named:
            part.replace(part.with_suffix(""))
        else:
            part.unlink()
    sync_folder(part.parent)
    return 1


def _removed(key: Path) -> int:
    key.unlink()
    return 1
