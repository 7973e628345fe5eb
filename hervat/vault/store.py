"""The vault of one municipality: writing, listing, opening, checking, cleaning up after a kill, and ending."""

import fcntl
import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.vault.files import VaultError, destroy, disk_errors, removed, sync_folder
from hervat.vault.incoming import Incoming
from hervat.vault.manifest import Manifest, Meta, VaultObject
from hervat.vault.reading import Opened, all_problems, buffered, ended_problems, stored_ids
from hervat.vault.tombstones import FORGOTTEN, TOMBSTONE, ForgottenMarks, digest_context, tombstone, tombstones

_SHORTEST = 8
_NO_OBJECTS = (TOMBSTONE, FORGOTTEN)
"""Kinds of lines that are about no object of their own."""


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

    def objects(self, kind: str | None = None, *, ended_too: bool = False) -> list[VaultObject]:
        """Return the objects, of one kind or all, in the order in which they were secured; ended ones when asked."""
        things, ended = self._things()
        return [thing for thing in things if (ended_too or thing.id not in ended) and kind in (None, thing.kind)]

    def find(self, given: str) -> VaultObject:
        """Return the object whose id is, or alone starts with, `given`. Raises UsageError."""
        matches = [thing for thing in self.objects() if len(given) >= _SHORTEST and thing.id.startswith(given)]
        if len(matches) != 1:
            raise UsageError(f"{len(matches)} objects are called {given}; `hervat vault list` shows them")
        return matches[0]

    def tombstones(self) -> dict[str, VaultObject]:
        """Return the tombstones of the objects that were ended, by the objects' ids."""
        return tombstones(line.thing for line in self._manifest.lines())

    @property
    def forgotten(self) -> ForgottenMarks:
        """The lines about persons who were forgotten."""
        return ForgottenMarks(self._manifest, self._keyring)

    def open(self, object_id: str) -> io.BufferedReader:
        """Return an object's content as a stream. Raises VaultError, here or in a read, when anything is off."""
        return buffered(Opened(self._folder, self._keyring, object_id))

    def verify(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Return all that is wrong, in words with ids only; empty when every original is there and unchanged."""
        with disk_errors("the vault can't be read"):
            stored = stored_ids(
                self._folder
            )  # before the lines: a run may be writing, and an object's line comes first
            try:
                lines, problems = self._manifest.checked()
            except VaultError as error:
                return [str(error)]
            return problems + self._object_problems([line.thing for line in lines], stored, progress)

    def _object_problems(
        self, lines: list[VaultObject], stored: set[str], progress: Callable[[int, int], None] | None
    ) -> list[str]:
        ended = tombstones(lines)
        things = [thing for thing in lines if thing.kind not in _NO_OBJECTS]
        present = [thing for thing in things if thing.id not in ended]
        problems = all_problems(self._folder, self._keyring, present, progress)
        since = self.tombstones() if problems else ended  # an object that was ended while we read is not missing
        known = {thing.id for thing in things}
        wrong = [text for object_id, text in problems.items() if object_id not in since]
        wrong += ended_problems(self._folder, ended, known)
        return wrong + [f"object {object_id} has no line in the manifest" for object_id in sorted(stored - known)]

    def sweep(self) -> int:
        """Finish what a killed run left, at the start of the next; return the number of repairs and removals.

        An object with a line is renamed to its id; parts and keys of objects that never came to exist are
        removed. A whole object without a line is never removed: `verify` reports it.
        """
        with disk_errors("the vault can't be cleaned up"):
            if not self._folder.is_dir():
                return 0
            self._manifest.repair()
            things, ended = self._things()
            repaired = sum(self._destroy(object_id) for object_id in ended)
            named = {thing.id for thing in things} - ended
            repaired += sum(self._swept(part, named) for part in sorted((self._folder / "objects").glob("*.part")))
            return repaired + sum(map(_removed, self._left_keys(named)))

    def end(self, object_id: str, by: tuple[str, str], reason: str) -> None:
        """End an object for good: a tombstone in the chain, then its key and its bytes are destroyed.

        `by` are two different persons. One that was ended already is destroyed as far as something is left of it.
        Raises VaultError when they are the same, or there is no such object. Whether its round is closed and its term
        has passed is the caller's to know (rule 1), and that nobody else ends it at this moment.
        """
        if len({name.strip().casefold() for name in by if name.strip()}) != 2:
            raise VaultError("ending an original takes two different persons")
        things, ended = self._things()
        if object_id not in {thing.id for thing in things}:
            raise VaultError(f"there is no object {object_id} in the vault")
        with disk_errors(f"object {object_id} can't be ended"):
            if object_id not in ended:
                meta: Meta = {"object": object_id, "by": by[0], "and": by[1], "reason": reason}
                self._manifest.append(tombstone(object_id, meta, self._sealed_digest(object_id)))
            self._destroy(object_id)

    def _sealed_digest(self, object_id: str) -> str | None:
        """Return the SHA-256 of an object's content, sealed: by it the same file is known again when it is gone."""
        try:
            with self.open(object_id) as stream:
                plain = hashlib.file_digest(stream, "sha256").hexdigest()
        except VaultError:  # damaged: it can be ended all the same
            return None
        return b64encode(self._keyring.seal(plain.encode(), digest_context(object_id))).decode()

    def _things(self) -> tuple[list[VaultObject], set[str]]:
        """Return the objects that were ever secured, and the ids of those that were ended."""
        things = [line.thing for line in self._manifest.lines()]
        return [thing for thing in things if thing.kind not in _NO_OBJECTS], set(tombstones(things))

    def _destroy(self, object_id: str) -> bool:
        """Destroy an ended object's key, then its bytes; tell whether anything was left of them."""
        key, content = (self._folder / name / object_id for name in ("keys", "objects"))
        left = [path for path in (key, content, content.with_suffix(".part")) if path.exists()]
        for path in left:
            destroy(path) if path == key else removed(path)
        return bool(left)

    def _swept(self, part: Path, named: set[str]) -> int:
        """Finish or remove one `.part`; one that is being written right now is locked, and left alone."""
        try:
            file = part.open("rb")
        except FileNotFoundError:  # another process has just finished it
            return 0
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return 0
            if not part.exists():
                return 0
            # its line may have come since the manifest was read: from here on nobody writes it any more
            if part.stem in named or part.stem in {thing.id for thing in self.objects()}:
                part.replace(part.with_suffix(""))
            else:
                part.unlink()
        sync_folder(part.parent)
        return 1

    def _left_keys(self, named: set[str]) -> list[Path]:
        """Return the keys that no object needs: their object was never committed, or was ended."""
        keys = sorted((self._folder / "keys").glob("*"))  # in this order: a part comes before its key, a name after it
        parts = {part.stem for part in (self._folder / "objects").glob("*.part")}
        needed = named | parts | stored_ids(self._folder)
        return [key for key in keys if key.name not in needed]


def _removed(key: Path) -> int:
    destroy(key)
    return 1
