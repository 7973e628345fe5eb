"""Verify: the vault (every original readable, unchanged, none missing) and the journal's chain."""

from collections.abc import Callable

from hervat import journal
from hervat.intake import missing_originals
from hervat.night import Night
from hervat.signing import wrong_signatures
from hervat.upkeep import older
from hervat.vault import Vault, VaultError


def verified(night: Night, progress: Callable[[int, int], None]) -> list[str]:
    """Return the problems. progress: called with how many originals are done, and of how many."""
    vault = Vault(night.settings.vault, night.keyring)
    problems = vault.verify(progress)
    problems += _missing(night, vault, problems)
    with night.register.session() as session:
        problems += journal.verify(session, night.code)
        problems += wrong_signatures(session, night.municipality)
        lag = older(session, night.settings.vault, night.code)
    return problems + ([lag] if lag else [])


def _missing(night: Night, vault: Vault, known: list[str]) -> list[str]:
    """Return the downloads without an original in the vault; of a damaged manifest its error, unless known."""
    try:
        return missing_originals(night, vault)
    except VaultError as error:
        return [] if str(error) in known else [str(error)]
