"""Is the register as new as the vault says it must be? An older one, put back from a backup, may act on nothing."""

from pathlib import Path

from sqlalchemy.orm import Session

from hervat import journal
from hervat.errors import HervatError
from hervat.register import Register
from hervat.vault import journal_head


class RegisterOlder(HervatError):
    """The register does not hold what hervat did last: it is an older copy, or another one."""


def older(session: Session, vault: Path, code: str) -> str | None:
    """Return in words how the register lags behind the vault, or None when it does not."""
    noted = journal_head.noted(vault, code)
    if noted is None or journal.hash_at(session, code, noted[0]) == noted[1]:
        return None
    held = journal.length(session, code)
    return (
        f"the register of {code} is not the last one: its journal ends at line {held} or went another way, and line"
        f" {noted[0]} was written already; put back the newest register, or call `hervat vault reconcile --by NAME`"
    )


def refuse_older(register: Register, vault: Path, code: str) -> None:
    """Raise RegisterOlder when the register is older than what hervat did: it would do that again."""
    with register.session() as session:
        if told := older(session, vault, code):
            raise RegisterOlder(told)
