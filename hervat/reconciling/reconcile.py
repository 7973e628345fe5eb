"""Reconciling an older register with what was done since: nothing is sent twice, and no old approval lives again."""

from dataclasses import dataclass

from hervat import journal
from hervat.attribution import named
from hervat.night import Night
from hervat.notices import kept
from hervat.register import municipality_lock
from hervat.register.lapse import lapse
from hervat.vault import Vault, journal_head


@dataclass(frozen=True)
class Reconciled:
    """notices: sent since the register was copied, and known to it now. lapsed: in words. strange: for a person."""

    notices: int
    lapsed: str
    strange: list[str]


def reconcile(night: Night, by: str) -> Reconciled:
    """Make the register know the notices that were sent, end open plans and acceptances, and let it act again.

    In one transaction; killed before its end nothing happened, killed after it the next call does the same to no
    effect. What the originals tell is loaded again by the next run.
    """
    who = named(by)
    with municipality_lock(night.register, night.code):
        Vault(night.settings.vault, night.keyring).sweep()
        with night.register.session() as session:
            notices, strange = kept.adopt(night, session)
            lapsed = lapse(session, night.code, night.as_of)
            told = f"{notices} notice(s) known as sent, {lapsed}"
            journal.record(session, night.code, who, "register reconciled", f"municipality {night.code}", told, "vault")
            seq = journal.length(session, night.code)
            line_hash = journal.hash_at(session, night.code, seq) or ""
        journal_head.note(night.settings.vault, night.code, seq, line_hash, anew=True)
    return Reconciled(notices, lapsed, strange)
