"""Host certificates: a key that an authority of known_hosts (@cert-authority) signed for a host and for a while.

paramiko takes such a key and proves that the server holds it; what the certificate says it leaves to us.
"""

import base64
import time

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    SSHCertificate,
    SSHCertificateType,
    SSHCertPublicKeyTypes,
    load_ssh_public_identity,
)
from paramiko import PKey

from hervat.sftp.known_hosts import Pinned


def flaw(shown: PKey, host: str, pinned: Pinned) -> str | None:
    """Return why a key is not certified for `host` today by a pinned authority; None if it is."""
    certificate = _certificate(shown)
    if certificate is None:
        return "with no certificate, and known_hosts holds only @cert-authority (or another key) for this server"
    signer, certified = (_blob(key) for key in (certificate.signature_key(), certificate.public_key()))
    if certified != shown.asbytes():
        return "with a certificate for another key"
    if signer not in {key.asbytes() for key in pinned.authorities}:
        return "with a certificate that none of the @cert-authority keys in known_hosts signed"
    if signer in {key.asbytes() for key in pinned.revoked}:
        return "with a certificate of an authority that is marked @revoked"
    return _unsigned(certificate) or _said_wrong(certificate, host)


def _certificate(shown: PKey) -> SSHCertificate | None:
    """Return the certificate around a key, or None when it came without one or with none that can be read."""
    blob = shown.public_blob
    if blob is None:
        return None
    try:
        identity = load_ssh_public_identity(f"{blob.key_type} {base64.b64encode(blob.key_blob).decode()}".encode())
        if isinstance(identity, SSHCertificate):
            identity.signature_key(), identity.public_key()  # they are read when they are asked for
    except (ValueError, UnsupportedAlgorithm):
        return None
    return identity if isinstance(identity, SSHCertificate) else None


def _blob(key: SSHCertPublicKeyTypes) -> bytes:
    return base64.b64decode(key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])


def _unsigned(certificate: SSHCertificate) -> str | None:
    try:
        certificate.verify_cert_signature()
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return "with a certificate whose signature does not hold"
    return None


def _said_wrong(certificate: SSHCertificate, host: str) -> str | None:
    names = {name.decode("utf-8", "replace").casefold() for name in certificate.valid_principals}
    if certificate.type is not SSHCertificateType.HOST:
        return "with a certificate for users, not for hosts"
    if host.casefold() not in names:
        return "with a certificate that does not name this host"
    if not certificate.valid_after <= time.time() < certificate.valid_before:
        return "with a certificate that is not valid today"
    if certificate.critical_options:
        return "with a certificate under conditions that hervat does not know"
    return None
