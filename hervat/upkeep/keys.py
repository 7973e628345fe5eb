"""The keys of the installation, renewed (vaults, then the register; resumable), and those of one municipality alone.

The latter are written for a process that has no master key, and refused when they are stale.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.acting import Account
from hervat.attribution import Signed
from hervat.errors import HervatError, UsageError
from hervat.keyring import Keyring
from hervat.masters import Masters, MunicipalityKeys, load_masters, new_key
from hervat.night import Night
from hervat.register import Register, check_of, confined_to, keys_alone, refuse_confined
from hervat.register.models import KeyCheck
from hervat.settings import Settings
from hervat.today import today
from hervat.upkeep.reconcile import lapse
from hervat.upkeep.renew_register import Renewal
from hervat.upkeep.renew_vault import ended, is_begun, is_switched, prepare, sound, switch
from hervat.vault import disk_errors, removed, write_whole

Log = Callable[[str], None]


def renew(settings: Settings, register: Register, by: Signed, log: Log) -> Masters:
    """Renew the keys of the whole installation; return them. Raises Busy while they are in use.

    Raises UsageError if the keys are in the environment without a next one, or belong to another register, or if
    hervat's account sees one municipality alone (the others would stay under keys that are gone), and HervatError if a
    vault's chain is broken: then nothing was changed.
    """
    refuse_confined(register)
    with keys_alone(register):
        masters = load_masters(settings.keys.file, settings.keys.env)
        if masters.following is None:
            masters = _start(settings, register, masters)
        return _finish(settings, register, masters, by, log)


def completed(settings: Settings, register: Register, masters: Masters, by: Account) -> Masters:
    """Return the keys to work with; an interrupted renewal is finished first. Raises Busy while one is running."""
    if masters.following is None or (
        settings.keys.file is None and confined_to(register) is None and _is_done(settings, register, masters.following)
    ):
        return Masters(masters.following or masters.current)
    refuse_confined(register)
    with keys_alone(register):
        masters = load_masters(settings.keys.file, settings.keys.env)
        return _finish(settings, register, masters, by, lambda _text: None) if masters.following else masters


def _start(settings: Settings, register: Register, masters: Masters) -> Masters:
    if settings.keys.file is None:
        raise UsageError(
            f"the keys come from the environment: write {settings.keys.env} as JSON with the present key under master"
            " and a new one under next (`hervat init` in an empty folder makes one), and call this again"
        )
    with register.session() as session:
        _belong(session, masters.current)
    for folder, keyring in _vaults(settings, masters.current):
        if wrong := sound(folder, keyring):
            raise HervatError(
                f"{keyring.code}: {wrong[0]}; the keys were not renewed, `hervat verify` reports the rest"
            )
    both = replace(masters, following=new_key())
    _write(settings.keys.file, both)
    return both


def _finish(settings: Settings, register: Register, masters: Masters, by: Signed | Account, log: Log) -> Masters:
    old, new = masters.current, masters.following
    assert new is not None  # noqa: S101 - both callers looked
    digests = {}
    for folder, keyring in _vaults(settings, old):
        log(f"rewrapping the keys of {keyring.code}")
        digests[keyring.code] = prepare(folder, keyring, Keyring(new, keyring.code))
    log("renewing the register")
    with register.session() as session:
        for row in session.scalars(select(KeyCheck).order_by(KeyCheck.municipality)):
            _renew_one(session, row, Keyring(old, row.municipality), Keyring(new, row.municipality), digests, by)
    for folder, _ in _vaults(settings, new):
        switch(folder)
        ended(folder)
    done = Masters(new)
    if settings.keys.file is not None:
        _write(settings.keys.file, done)
    return done


def _renew_one(
    session: Session,
    row: KeyCheck,
    old: Keyring,
    new: Keyring,
    digests: dict[str, dict[str, str]],
    by: Signed | Account,
) -> None:
    """Renew one municipality in the register, unless it is under the new keys already."""
    if row.pseudonym == check_of(new):
        return
    _fits(row, old)
    detail = lapse(session, row.municipality, today())
    Renewal(session, old, new).all_values(digests.get(row.municipality, {}))
    row.pseudonym = check_of(new)
    journal.record(session, row.municipality, by, "keys renewed", f"municipality {row.municipality}", detail, "vault")


def _is_done(settings: Settings, register: Register, new: bytes) -> bool:
    with register.session() as session:
        rows = session.scalars(select(KeyCheck)).all()
    done = all(row.pseudonym == check_of(Keyring(new, row.municipality)) for row in rows)
    vaults = list(_vaults(settings, new))
    return done and all(is_switched(folder, keyring) and not is_begun(folder) for folder, keyring in vaults)


def _belong(session: Session, master: bytes) -> None:
    for row in session.scalars(select(KeyCheck)):
        _fits(row, Keyring(master, row.municipality))


def _fits(row: KeyCheck, keyring: Keyring) -> None:
    if row.pseudonym != check_of(keyring):
        raise UsageError(f"these are other keys than those of the register of {row.municipality}; nothing was renewed")


def _vaults(settings: Settings, master: bytes) -> Iterator[tuple[Path, Keyring]]:
    """Yield the vault folder and keys of each municipality, also of those no longer configured."""
    for folder in sorted(settings.vault.glob("[0-9][0-9][0-9][0-9]")):
        yield folder, Keyring(master, folder.name)


def _write(file: Path, masters: Masters) -> None:
    with disk_errors(f"{file} can't be written"):
        write_whole(file.resolve(), masters.text().encode())


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
        fits = _is_of_keyring(session, keyring)
    if not fits:
        raise UsageError(
            f"{where} holds other keys than those of the register of {keyring.code}: they were renewed since;"
            f" {_anew(keyring.code, where)}"
        )


def _is_of_keyring(session: Session, keyring: Keyring) -> bool:
    known = session.get(KeyCheck, keyring.code)
    return known is not None and known.pseudonym == check_of(keyring)


def _anew(code: str, where: str) -> str:
    return f"`hervat vault keys --municipality {code}` writes them anew, in the place of {where}"
