"""Register and vault against each other: every original that the register knows must be in the vault (rule 1)."""

from sqlalchemy import select

from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Download
from hervat.vault import Vault


def missing_originals(night: Night, vault: Vault) -> list[str]:
    """Return a line for each download whose original is not in the vault, as after an older vault was put back.

    One that was ended, with a tombstone in the chain, is not missing.
    """
    held = {thing.id for thing in vault.objects()} | set(vault.tombstones())
    with night.register.session() as session:
        known = session.execute(select(Download.id, Download.object_id).where(scope(Download, night.code))).all()
    return [f"download {number}: its original {one} is not in the vault" for number, one in known if one not in held]
