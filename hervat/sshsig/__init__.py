"""Signatures by SSH keys (SSHSIG), made and verified by OpenSSH's own ssh-keygen; knows nothing of plans."""

from hervat.sshsig.armor import read
from hervat.sshsig.errors import KeygenError, SignatureRefused, SignersUnreadable
from hervat.sshsig.keygen import NAMESPACE, usable
from hervat.sshsig.signatures import AllowedSigner, sign, verify
from hervat.sshsig.signers import certifies, flaws, names

__all__ = [
    "NAMESPACE",
    "AllowedSigner",
    "KeygenError",
    "SignatureRefused",
    "SignersUnreadable",
    "certifies",
    "flaws",
    "names",
    "read",
    "sign",
    "usable",
    "verify",
]
