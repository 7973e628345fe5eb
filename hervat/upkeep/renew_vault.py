"""Renew the keys of one vault: rewrap every object and write the manifest under the new keys."""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hervat.keyring import Keyring, SealError
from hervat.vault import (
    FORGOTTEN,
    TOMBSTONE,
    Manifest,
    Opened,
    Vault,
    VaultError,
    VaultObject,
    digest_context,
    disk_errors,
    key_context,
    removed,
    renewed_marks,
    sync_folder,
    tombstones,
    write_whole,
)

_NAMES = ("manifest.jsonl", "head")
_BEGUN = "renewal"


def sound(folder: Path, keyring: Keyring) -> list[str]:
    """Return the problems of the chain of a municipality's vault under these keys; objects are not read."""
    try:
        return Manifest(folder, keyring).checked()[1]
    except VaultError as error:
        return [str(error)]


def is_switched(folder: Path, new: Keyring) -> bool:
    """True if a municipality's vault is under the new keys, or empty."""
    return not _next(folder, "head").exists() and Manifest(folder, new).is_ours


def is_begun(folder: Path) -> bool:
    """True if a renewal was begun in a municipality's vault and has not ended: its objects may be under either keys."""
    return _next(folder, _BEGUN).exists()


def ended(folder: Path) -> None:
    """Note that the renewal of a municipality's keys has ended, in its vault and in the register."""
    with disk_errors("the vault can't be written"):
        if is_begun(folder):
            removed(_next(folder, _BEGUN))


def prepare(folder: Path, old: Keyring, new: Keyring) -> dict[str, str]:
    """Rewrap every object's key and write the manifest under the new keys beside the old one.

    Return object id -> digest under the new keys; empty if the vault is under them already, or there is none. A damaged
    object stays damaged: its digest makes `verify` go on reporting it. Raises VaultError when the chain itself is
    broken.
    """
    if _next(folder, "head").exists() and not _next(folder, "manifest.jsonl").exists():
        switch(folder)  # killed between the two names
    if not (folder / "manifest.jsonl").is_file() or is_switched(folder, new):
        return {}
    Vault(folder.parent, old).sweep()
    lines, problems = Manifest(folder, old).checked()
    if problems:
        raise VaultError(f"the keys of {old.code} can't be renewed: {problems[0]}")
    with disk_errors("the vault can't be written"):
        write_whole(_next(folder, _BEGUN), b"")
        things = list(_renewed(folder, old, new, [line.thing for line in lines]))
        fresh = Manifest(folder, new)
        write_whole(_next(folder, "manifest.jsonl"), fresh.written_anew(things))
        write_whole(_next(folder, "head"), fresh.head_at(len(things)))
    return {thing.id: thing.digest for thing in things}


def switch(folder: Path) -> None:
    """Replace the old manifest by the prepared one; what is done already is left."""
    with disk_errors("the vault can't be written"):
        for name in _NAMES:
            if _next(folder, name).exists():
                _next(folder, name).replace(folder / name)
                sync_folder(folder)


def _next(folder: Path, name: str) -> Path:
    return folder / f"{name}.next"


def _renewed(folder: Path, old: Keyring, new: Keyring, lines: list[VaultObject]) -> Iterator[VaultObject]:
    ended = tombstones(lines)
    for thing in lines:
        if thing.kind == TOMBSTONE:
            yield _tombstone(thing, old, new)
        elif thing.kind == FORGOTTEN:
            yield renewed_marks(thing, old, new)
        elif thing.id in ended:
            known = _ended_digest(ended[thing.id], thing.id, old)
            yield replace(thing, digest=new.pseudonym("content", known) if known else new.again(thing.digest))
        else:
            _rewrap(folder / "keys" / thing.id, thing.id, old, new)
            yield replace(thing, digest=_digest(folder, old, new, thing))


def _rewrap(path: Path, object_id: str, old: Keyring, new: Keyring) -> None:
    """Rewrap one object's key, unless done already; one that can't be opened is left as it is."""
    if not path.is_file():
        return
    try:
        write_whole(path, new.wrap(old.unwrap(path.read_bytes(), key_context(object_id)), key_context(object_id)))
    except SealError:  # done before the kill, or damaged: `verify` tells which
        return


def _digest(folder: Path, old: Keyring, new: Keyring, thing: VaultObject) -> str:
    try:
        with Opened(folder, new, thing.id) as stream:
            plain = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    except VaultError:
        return new.again(thing.digest)
    same = old.pseudonym("content", plain) == thing.digest
    return new.pseudonym("content", plain) if same else new.again(thing.digest)


def _ended_digest(stone: VaultObject, object_id: str, keyring: Keyring) -> str | None:
    """Return the SHA-256 of a destroyed object's content; None if it was damaged at the time."""
    sealed = stone.meta.get("digest")
    return keyring.open(b64decode(str(sealed)), digest_context(object_id)).decode() if sealed else None


def _tombstone(stone: VaultObject, old: Keyring, new: Keyring) -> VaultObject:
    object_id = str(stone.meta["object"])
    known = _ended_digest(stone, object_id, old)
    if known is None:
        return stone
    sealed = b64encode(new.seal(known.encode(), digest_context(object_id))).decode()
    return replace(stone, meta={**stone.meta, "digest": sealed})
