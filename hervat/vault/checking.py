"""Check that every secured original is still there, readable and unchanged."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from hervat.keyring import Keyring
from hervat.vault.errors import VaultError
from hervat.vault.frames import CHUNK
from hervat.vault.manifest import VaultObject
from hervat.vault.reading import Opened


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
