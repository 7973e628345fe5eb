"""The keys of one municipality alone: written for a process that has no master key, and refused when they are stale."""

import os
from pathlib import Path

from sqlalchemy.orm import Session

from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.masters import MunicipalityKeys
from hervat.night import Night
from hervat.register import Register, check_of
from hervat.register.models import KeyCheck
from hervat.upkeep.renew_vault import is_begun
from hervat.vault import disk_errors, removed, write_whole


def write_keys(night: Night, out: Path) -> None:
    """Write the municipality's keys to a new private file, and that it was done in the journal.

    Raises UsageError if there is such a file, and VaultError if it can't be written.
    """
    text = MunicipalityKeys(night.code, night.keyring.derived()).text()
    with night.register.session() as session:
        night.record(session, "keys written", f"municipality {night.code}", "a file that opens this municipality alone")
        _write_new(out.expanduser().absolute(), text.encode())


def _write_new(out: Path, content: bytes) -> None:
    """Write a file whole, or not at all; never over another."""
    part = out.with_name(f"{out.name}.new")
    with disk_errors(f"{out} can't be written"):
        out.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(part, content)
        try:
            os.link(part, out)
        except FileExistsError:
            raise UsageError(f"{out} exists already and nothing is overwritten; remove it, or name another") from None
        finally:
            removed(part)


def refuse_stale(register: Register, vault: Path, keyring: Keyring, where: str) -> None:
    """Raise UsageError unless these keys of one municipality are those of register and vault now.

    The caller holds the keys in use: no renewal is at work meanwhile. One that was broken off left the vault under both
    the old and the new keys.
    """
    if is_begun(vault / keyring.code):
        raise UsageError(
            f"the keys of {keyring.code} were being renewed, and that was broken off; any command of hervat with the"
            f" master key ends it, and {_anew(keyring.code, where)}"
        )
    with register.session() as session:
        fits = _fits(session, keyring)
    if not fits:
        raise UsageError(
            f"{where} holds other keys than those of the register of {keyring.code}: they were renewed since;"
            f" {_anew(keyring.code, where)}"
        )


def _fits(session: Session, keyring: Keyring) -> bool:
    known = session.get(KeyCheck, keyring.code)
    return known is not None and known.pseudonym == check_of(keyring)


def _anew(code: str, where: str) -> str:
    return f"`hervat vault keys --municipality {code}` writes them anew, in the place of {where}"
