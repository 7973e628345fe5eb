"""The check that the keys belong to the register; other keys are refused before anything is read or written."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.register.conditions import scope
from hervat.register.models import KeyCheck
from hervat.register.store import Register


def check_of(keyring: Keyring) -> str:
    """Return the check value of a municipality's keys: the pseudonym of a fixed text."""
    return keyring.pseudonym("check", "hervat")


def other_keys(code: str) -> str:
    """Return the error text for the keys of another register."""
    return f"these are other keys than those of the register of {code}; put the right keys file back"


def are_others(session: Session, keyring: Keyring) -> bool:
    """True if the register belongs to other keys than these; nothing is written."""
    known = session.scalar(select(KeyCheck.pseudonym).where(scope(KeyCheck, keyring.code)))
    return known not in (None, check_of(keyring))


def check_keys(register: Register, keyring: Keyring) -> None:
    """Check the keys against the register, which stores a check value the first time. Raises UsageError for others."""
    now = check_of(keyring)
    insert = sqlite.insert if register.is_sqlite else postgresql.insert
    with register.session() as session:
        known = session.get(KeyCheck, keyring.code)
        if known is None:  # a first run beside this one may write it too
            first = insert(KeyCheck).values(municipality=keyring.code, pseudonym=now)
            session.execute(first.on_conflict_do_nothing())
            known = session.get_one(KeyCheck, keyring.code)
        if known.pseudonym != now:
            raise UsageError(other_keys(keyring.code))
