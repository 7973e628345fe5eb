"""Encryption of a notice for its recipient: CMS EnvelopedData (RFC 5652), AES-256-CBC, DER.

`openssl cms -decrypt -inform DER -in FILE -inkey KEY` opens it.
"""

from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options
from cryptography.x509 import Certificate, load_pem_x509_certificate

from hervat.errors import HervatError

SUFFIX = ".p7m"


class CertificateError(HervatError):
    """A certificate can't be used to encrypt for its owner; the text names the file and the fix."""


def read_certificate(path: Path) -> Certificate:
    """Return the RSA certificate in a PEM file. Raises CertificateError: missing, unreadable, other key, expired."""
    try:
        certificate = load_pem_x509_certificate(path.read_bytes())
        key = certificate.public_key()
    except OSError as error:
        raise CertificateError(f"the certificate {path} can't be read ({type(error).__name__})") from None
    except Exception:  # noqa: BLE001 - the parser's own errors quote the file
        raise CertificateError(f"{path} holds no certificate in PEM; ask its owner for it in that form") from None
    if not isinstance(key, RSAPublicKey):
        raise CertificateError(f"the certificate {path} has no RSA key; ask its owner for one that has")
    if certificate.not_valid_after_utc < datetime.now(UTC):
        raise CertificateError(
            f"the certificate {path} expired on {certificate.not_valid_after_utc:%Y-%m-%d}; ask its owner for a new one"
        )
    return certificate


def enveloped(data: bytes, certificate: Certificate) -> bytes:
    """Return `data` encrypted for the owner of a certificate."""
    builder = PKCS7EnvelopeBuilder().set_data(data).add_recipient(certificate)
    return builder.set_content_encryption_algorithm(AES256).encrypt(Encoding.DER, [PKCS7Options.Binary])
