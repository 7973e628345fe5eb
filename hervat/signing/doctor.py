"""Checks before anything is signed: which roles have too few persons."""

from hervat import sshsig
from hervat.settings import Municipality
from hervat.signing.roles import ACTIONS, ROLES

_NEEDED = 2
_PAGE = "docs/how-to/approve.md"


def signing_flaws(municipality: Municipality) -> list[str]:
    """Return what is unwise about who may decide by two. Raises SignersUnreadable."""
    approvers = municipality.approvers
    if approvers is None:
        return [
            f"what takes two persons takes two names, and anybody can type two names in one shell;"
            f" approvers: FILE asks for two keys ({_PAGE})"
        ]
    if sshsig.certifies(approvers):
        return []
    return [
        f"{approvers.name} names {count} person(s) who may sign as {role}, and"
        f' {", ".join(_actions(role))} take two; add keys with namespaces="{ROLES[role]}" ({_PAGE})'
        for role in dict.fromkeys(ACTIONS.values())
        if (count := len({name.casefold() for name in sshsig.names(approvers, ROLES[role])})) < _NEEDED
    ]


def _actions(role: str) -> list[str]:
    return [f"`hervat {action}`" for action, of_role in ACTIONS.items() if of_role == role]
