"""Check of register and vault: every original that the register knows must be in the vault (rule 1)."""

from sqlalchemy import select

from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Download
from hervat.vault import Vault


def missing_originals(night: Night, vault: Vault) -> list[str]:
    """Return a message for each download whose original is not in the vault, as after an older vault was put back.

    An original that was destroyed, with a tombstone in the chain, is not missing.
    """
    present = {thing.id for thing in vault.objects()} | set(vault.tombstones())
    with night.register.session() as session:
        known = session.execute(select(Download.id, Download.object_id).where(scope(Download, night.code))).all()
    return [
        f"download {number}: its original {object_id} is not in the vault"
        for number, object_id in known
        if object_id not in present
    ]
