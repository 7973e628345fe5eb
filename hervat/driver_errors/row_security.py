"""Rows that a policy would hide from hervat's account: PostgreSQL refuses the look, and this names the table."""

import re
from typing import Any

import psycopg

from hervat.bsn import stands_in

_ROLE = "ACCOUNT"
_REFUSES = "check_enable_rls"  # the function of the server that says so, in whatever language it speaks
_QUOTED = re.compile(r'["«»„“]\s*([^"«»„“”]+?)\s*["«»“”]')


def hidden(table: str, role: str = _ROLE) -> str:
    """Return the message for a table whose rows row security would hide, with the administrator's statement."""
    return (
        f"{table}: row security is on for this account, so rows may be hidden from it;"
        f" let the administrator grant BYPASSRLS: alter role {role} bypassrls"
        " (a policy that shows all rows does not help: what it shows, hervat can't see)"
    )


def hidden_by(error: BaseException) -> str | None:
    """Return `hidden` for the table of an error of SQLAlchemy or a driver, else None."""
    original: Any = getattr(error, "orig", None) or error
    if not isinstance(original, psycopg.errors.InsufficientPrivilege):
        return None
    text = original.diag.message_primary or ""
    if original.diag.source_function != _REFUSES and "row-level security" not in text:
        return None
    quoted = _QUOTED.search(text)
    return hidden(quoted[1] if quoted and not stands_in(quoted[1]) else "a table")
