"""The roles in the file of approvers, which role decides what, and which roles have too few persons.

OpenSSH's own way: a signature is made in a namespace, one a role, and the option `namespaces` of a line in the file
says in which a key may sign. A line without the option may sign in all.
"""

from hervat import sshsig
from hervat.settings import Municipality

ROLES = {
    "approver": sshsig.NAMESPACE,
    "privacy": "hervat-privacy",
    "delivery": "hervat-delivery",
    "caseworker": "hervat-caseworker",
}
"""Role -> namespace. The approver's is of before there were roles: plans are signed in it (hervat.cleaning)."""

ACTIONS = {
    "cbs accept": "delivery",
    "incidents close": "privacy",
    "optin record": "caseworker",
    "person hold": "privacy",
    "person release": "privacy",
    "person split": "privacy",
    "quarantine reject": "caseworker",
    "retention destroy": "privacy",
    "strangers decide": "caseworker",
    "vault destroy": "privacy",
    "person forget": "privacy",
}
"""What takes two persons -> their role; each is the words of its command."""


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
