"""Reconcile a restored older register with what was done since: nothing is sent twice.

With it the lapse of approvals and acceptances, which renewed keys bring too.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hervat import journal
from hervat.anchors import Anchor, write_anchor
from hervat.attribution import named
from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices import adopt_archived
from hervat.register import READY, VOID, WAITING, Register, municipality_lock
from hervat.register.models import Acceptance, CleaningPlan, Forgetting
from hervat.upkeep.forget_again import forget_again
from hervat.vault import Vault, note_journal_head, noted_journal_head


class RegisterOlder(HervatError):
    """The register lacks hervat's last acts: it is an older copy, or another register."""


def older(session: Session, vault: Path, code: str) -> str | None:
    """Return in words how the register lags behind the vault; None if it does not."""
    noted = noted_journal_head(vault, code)
    if noted is None or journal.hash_at(session, code, noted[0]) == noted[1]:
        return None
    held = journal.length(session, code)
    return (
        f"the register of {code} is not the last one: its journal ends at line {held} or went another way, and line"
        f" {noted[0]} was written already; put back the newest register, or call `hervat vault reconcile --by NAME`"
    )


def refuse_older(register: Register, vault: Path, code: str) -> None:
    """Raise RegisterOlder if the register is older than hervat's acts: it would repeat them."""
    with register.session() as session:
        if lag := older(session, vault, code):
            raise RegisterOlder(lag)


@dataclass(frozen=True)
class Reconciled:
    """notices: sent since the register was copied, and known to it now. forgotten: persons ended since, ended again.

    lapsed: in words. strange: for a person.
    """

    notices: int
    forgotten: int
    lapsed: str
    strange: list[str]


def reconcile(night: Night, by: str) -> Reconciled:
    """Adopt the notices that were sent, forget who was forgotten, end open plans, and let the register act again.

    In one transaction, and idempotent: killed before its end nothing happened. The next run loads the originals again.
    """
    who = named(by)
    with municipality_lock(night.register, night.code):
        Vault(night.settings.vault, night.keyring).sweep()
        with night.register.session() as session:
            notices, strange = adopt_archived(night, session)
            forgotten = forget_again(session, night)
            lapsed = lapse(session, night.code, night.as_of)
            detail = f"{notices} notice(s) known as sent, {forgotten} person(s) forgotten again, {lapsed}"
            journal.record(
                session, night.code, who, "register reconciled", f"municipality {night.code}", detail, "vault"
            )
            seq = journal.length(session, night.code)
            line_hash = journal.hash_at(session, night.code, seq) or ""
        note_journal_head(night.settings.vault, night.code, seq, line_hash, force=True)
        write_anchor(night.settings.output, night.code, Anchor(seq, line_hash), restart=True)
    return Reconciled(notices, forgotten, lapsed, strange)


def lapse(session: Session, municipality: str, day: date) -> str:
    """End every open plan with its approvals, and every acceptance of the gate; return the counts in words.

    Agreements to forget a person lapse too. Persons still in a system come into a new plan under another hash, so no
    earlier approval can apply to it.
    """
    plans = update(CleaningPlan).where(
        CleaningPlan.municipality == municipality, CleaningPlan.status.in_([WAITING, READY])
    )
    ended = session.execute(plans.values(status=VOID, ended_on=day))
    accepted = session.scalar(select(func.count()).where(Acceptance.municipality == municipality))
    session.execute(delete(Acceptance).where(Acceptance.municipality == municipality))
    session.execute(delete(Forgetting).where(Forgetting.municipality == municipality))
    return f"{ended.rowcount} open plan(s) and {accepted} acceptance(s) of the gate lapsed"  # type: ignore[attr-defined]
