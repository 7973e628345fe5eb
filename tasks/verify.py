"""Verify: the vault (every original readable, unchanged, none missing) and the journal's chain."""

from collections.abc import Callable

from hervat import journal
from hervat.intake import missing_originals
from hervat.night import Night
from hervat.upkeep import older
from hervat.vault import Vault, VaultError


def verified(night: Night, progress: Callable[[int, int], None]) -> list[str]:
    """Return what is wrong; empty when all is well. progress: hears how many originals of how many are done."""
    vault = Vault(night.settings.vault, night.keyring)
    found = vault.verify(progress)
    wrong = found + _missing(night, vault, found)
    with night.register.session() as session:
        wrong += journal.verify(session, night.code)
        told = older(session, night.settings.vault, night.code)
    return wrong + ([told] if told else [])


def _missing(night: Night, vault: Vault, found: list[str]) -> list[str]:
    """Return the downloads whose original is not in the vault; a damaged manifest can't tell, and was told already."""
    try:
        return missing_originals(night, vault)
    except VaultError as error:
        return [] if str(error) in found else [str(error)]
