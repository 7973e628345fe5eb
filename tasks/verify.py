"""Verify: the vault (every original readable, unchanged, none missing), the journal, signatures and signals."""

from collections.abc import Callable, Iterable

from hervat import journal
from hervat.anchors import Anchor, wrong_anchors
from hervat.intake import missing_originals, signals_ownerless
from hervat.night import Night
from hervat.plural import plural
from hervat.signing import wrong_signatures
from hervat.upkeep import older, unforgotten
from hervat.vault import Vault, VaultError


def verified(night: Night, progress: Callable[[int, int], None], anchors: Iterable[Anchor] = ()) -> list[str]:
    """Return the problems; the journal keeps that it was verified, unless its register is an older one.

    progress: called with how many originals are done, and of how many. anchors: of the journal, from outside.
    """
    vault = Vault(night.settings.vault, night.keyring)
    problems = vault.verify(progress)
    problems += _missing(night, vault, problems)
    with night.register.session() as session:
        problems += journal.verify(session, night.code)
        problems += wrong_anchors(session, night.code, night.settings.output, anchors)
        problems += wrong_signatures(session, night.municipality)
        problems += signals_ownerless(session, night.code)
        lag = older(session, night.settings.vault, night.code)
    problems += _unforgotten(night, problems)
    if lag:
        return [*problems, lag]
    with night.register.session() as session:
        night.record(session, "verified", f"municipality {night.code}", plural(len(problems), "problem"))
    return problems


def _unforgotten(night: Night, known: list[str]) -> list[str]:
    """Return that somebody is in the register who was forgotten; of a damaged manifest its error, unless known."""
    try:
        with night.register.session() as session:
            told = unforgotten(session, night.settings.vault, night.keyring)
    except VaultError as error:
        return [] if str(error) in known else [str(error)]
    return [told] if told else []


def _missing(night: Night, vault: Vault, known: list[str]) -> list[str]:
    """Return the downloads without an original in the vault; of a damaged manifest its error, unless known."""
    try:
        return missing_originals(night, vault)
    except VaultError as error:
        return [] if str(error) in known else [str(error)]
