"""The roles in the file of approvers, and which role decides what.

OpenSSH's own way: a signature is made in a namespace, one a role, and the option `namespaces` of a line in the file
says in which a key may sign. A line without the option may sign in all.
"""

from hervat import sshsig

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
