"""Decisions by signature: who may decide what, a signature made of a decision, and each verified again later."""

from hervat.signing.confirm import Matter, Sign, confirmed, is_confirmed, signers
from hervat.signing.roles import ACTIONS, ROLES, signing_flaws
from hervat.signing.verify import wrong_signatures

__all__ = [
    "ACTIONS",
    "ROLES",
    "Matter",
    "Sign",
    "confirmed",
    "is_confirmed",
    "signers",
    "signing_flaws",
    "wrong_signatures",
]
