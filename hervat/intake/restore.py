"""Restore an original from the vault to a file, with a reason that is journalled first."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from hervat.attribution import signed
from hervat.errors import UsageError
from hervat.night import Night
from hervat.vault import CHUNK, Vault, VaultError, VaultObject, disk_errors, new_private, sync_folder


def restore(night: Night, given: str, to: Path, by: str, reason: str) -> VaultObject:
    """Write an original to a new file that only hervat's account may read (0600); return its object.

    The file is written whole or not at all. Raises UsageError for an unknown id, an existing file, and a name or reason
    that is empty or holds a BSN; VaultError if the original is not what was secured.
    """
    who = signed(by, reason)
    vault = Vault(night.settings.vault, night.keyring)
    thing = vault.find(given)
    if to.exists() or to.is_symlink():
        raise UsageError(f"{to} is there already and is not written over; give another path")
    if not to.parent.is_dir():
        raise UsageError(f"there is no folder {to.parent}; make it, or give another path")
    with night.register.session() as session:  # before a byte is read: the request is known whatever follows
        night.record(session, "original read out", f"object {thing.id}", who.reason, by=who)
    _written(vault, thing, to)
    return thing


def _written(vault: Vault, thing: VaultObject, to: Path) -> None:
    part = to.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with disk_errors(f"{to} can't be written"):
            _copy(vault, thing, part)
            _named(part, to)
            sync_folder(to.parent)
    finally:
        with suppress(OSError):
            part.unlink()


def _named(part: Path, to: Path) -> None:
    try:
        os.link(part, to)  # a rename would replace a file that was made meanwhile
    except FileExistsError:
        raise UsageError(f"{to} is there already and is not written over; give another path") from None


def _copy(vault: Vault, thing: VaultObject, part: Path) -> None:
    size = 0
    with vault.open(thing.id) as stream, os.fdopen(new_private(part), "wb") as file:
        while chunk := stream.read(CHUNK):
            size += file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size != thing.size:
        raise VaultError(f"object {thing.id} is another than its line in the manifest says")
