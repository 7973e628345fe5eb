"""Private keys in forms that paramiko does not read by itself: PKCS#8, and with something before the first line."""

import io

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from paramiko import ECDSAKey, Ed25519Key, PKey, RSAKey

_CLASSES: dict[type, type[PKey]] = {
    RSAPrivateKey: RSAKey,
    EllipticCurvePrivateKey: ECDSAKey,
    Ed25519PrivateKey: Ed25519Key,
}
_NOISE = b"\xef\xbb\xbf \t\r\n"


def key_in(data: bytes, passphrase: bytes | None) -> PKey | None:
    """Return the private key in the bytes of a file (OpenSSH, PEM or PKCS#8); None for another kind of key.

    It is converted in memory only. Raises cryptography's errors if it is not a key, or is locked.
    """
    loaded = _loaded(data.lstrip(_NOISE), passphrase)
    form = serialization.PrivateFormat.OpenSSH
    for kind, ours in _CLASSES.items():
        if isinstance(loaded, kind):
            text = loaded.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())  # type: ignore[attr-defined]
            return ours.from_private_key(io.StringIO(text.decode()))
    return None


def _loaded(data: bytes, passphrase: bytes | None) -> object:
    try:
        return serialization.load_ssh_private_key(data, passphrase)
    except ValueError:
        return serialization.load_pem_private_key(data, passphrase)
