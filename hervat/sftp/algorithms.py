"""The algorithms that hervat speaks: an explicit list, best first. No SHA-1, MD5, CBC, 3DES or DSA.

A server that offers none of a kind is refused, naming the kind; there is no switch to allow more.
"""

from paramiko import Transport
from paramiko.transport import SecurityOptions

from hervat.sftp.known_hosts import Pinned

CIPHERS = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes192-ctr", "aes128-ctr")
MACS = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
KEX = (
    "mlkem768x25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
)
HOST_KEYS = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
)
_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_CERTIFIED = "-cert-v01@openssh.com"


class OurTransport(Transport):
    """A transport that asks for the host keys we name: paramiko itself puts certificates behind all plain keys."""

    host_keys: tuple[str, ...] = HOST_KEYS

    @property
    def preferred_keys(self) -> tuple[str, ...]:
        """The kinds of host key asked for, best first."""
        return self.host_keys


def restrict(transport: OurTransport, pinned: Pinned) -> None:
    """Allow the listed algorithms alone; ask first for a certificate where an authority is pinned, then for what is."""
    options: SecurityOptions = transport.get_security_options()
    known = {"ciphers": CIPHERS, "digests": MACS, "kex": KEX}
    for name, allowed in known.items():
        had = getattr(options, name)
        setattr(options, name, tuple(algorithm for algorithm in allowed if algorithm in had))
    names = {key.get_name() for key in pinned.keys}
    first = [kind for kind in HOST_KEYS if kind in names or (kind in _RSA and "ssh-rsa" in names)]
    others = [kind for kind in HOST_KEYS if kind not in first]
    certified = [kind + _CERTIFIED for kind in HOST_KEYS] if pinned.authorities else []
    transport.host_keys = (*certified, *first, *others)


def refused_kind(said: str) -> str | None:
    """Return of which kind of algorithm a server offers none that we allow, from paramiko's text; None: no such."""
    kinds = {"kex": "key exchange", "host key": "host key", "ciphers": "cipher", "macs": "MAC"}
    return next((kind for word, kind in kinds.items() if f"no acceptable {word}" in said), None)
