"""Is every original that was ever secured still there, readable and unchanged?"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from hervat.keyring import Keyring
from hervat.vault.errors import VaultError
from hervat.vault.frames import CHUNK
from hervat.vault.manifest import VaultObject
from hervat.vault.reading import Opened


def stored_ids(folder: Path) -> set[str]:
    """Return the ids of all that stands in `objects`, parts left out."""
    return {path.name for path in (folder / "objects").glob("*") if path.suffix != ".part"}


def object_problem(folder: Path, keyring: Keyring, thing: VaultObject) -> str | None:
    """Return what is wrong with an object, or None: it is read whole, from its key to its last byte."""
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
    """Return id -> what is wrong with the objects of a vault. `progress` hears how many of how many are done."""
    found = {}
    for done, thing in enumerate(things, start=1):
        problem = object_problem(folder, keyring, thing)
        if problem:
            found[thing.id] = problem
        if progress:
            progress(done, len(things))
    return found


def ended_problems(folder: Path, ended: Iterable[str], known: set[str]) -> list[str]:
    """Return what is wrong with the objects that were ended: bytes or keys that still stand, a tombstone of none."""
    left = {path.stem for name in ("keys", "objects") for path in (folder / name).glob("*")}
    found = [f"a tombstone names object {one}, which was never secured" for one in sorted(set(ended) - known)]
    return found + [
        f"object {one} was ended and something of it is left; the next run, or `hervat vault destroy`, removes it"
        for one in sorted(left.intersection(ended))
    ]
