"""Signatures by SSH keys (SSHSIG), made and verified by OpenSSH's own ssh-keygen; knows nothing of plans."""

from hervat.sshsig.keygen import NAMESPACE, KeygenError, SignatureRefused, SignersUnreadable, usable
from hervat.sshsig.signatures import AllowedSigner, read, sign, verify
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
