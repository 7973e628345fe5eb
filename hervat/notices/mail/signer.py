"""Signing mail with S/MIME, and the certificate it is signed with."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509 import Certificate, load_pem_x509_certificates

from hervat.notices.envelope import enveloped
from hervat.notices.mail.errors import MailError
from hervat.settings import Mail


@dataclass(frozen=True)
class MailSigner:
    """A certificate, its key, and the certificates between it and its authority (they go along)."""

    certificate: Certificate
    key: RSAPrivateKey | EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[Certificate, ...] = ()


def read_signer(mail: Mail) -> MailSigner | None:
    """Return the signer, None if mails are not signed. Raises MailError: unreadable, expired, not a pair."""
    if mail.sign_certificate is None or mail.sign_key is None:
        return None
    first, *chain = _certificates(mail.sign_certificate)
    key = _key(mail.sign_key, mail.sign_password_env)
    if first.public_key() != key.public_key():
        raise MailError(f"{mail.sign_key} is not the key of the first certificate in {mail.sign_certificate}")
    if first.not_valid_after_utc < datetime.now(UTC):
        raise MailError(f"{mail.sign_certificate} expired on {first.not_valid_after_utc:%Y-%m-%d}; get a new one")
    return MailSigner(first, key, tuple(chain))


def _certificates(path: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise MailError(f"the certificate {path} can't be read ({type(error).__name__})") from None
    except Exception:  # noqa: BLE001 - the parser's own errors quote the file
        raise MailError(f"{path} holds no certificate in PEM") from None


def _key(path: Path, variable: str | None) -> RSAPrivateKey | EllipticCurvePrivateKey:
    password = os.environ.get(variable, "").encode() if variable else None
    try:
        key = load_pem_private_key(path.read_bytes(), password)
    except OSError as error:
        raise MailError(f"the key {path} can't be read ({type(error).__name__})") from None
    except Exception:  # noqa: BLE001 - as above
        raise MailError(
            f"{path} holds no private key in PEM that can be opened; is its password in sign_password_env?"
        ) from None
    if not isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise MailError(f"the key {path} is neither RSA nor elliptic; S/MIME programs read no other")
    return key


_SIGNED = """\
Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;
 boundary="{boundary}"

"""
_SIGNATURE = """\
Content-Type: application/pkcs7-signature; name="smime.p7s"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7s"

"""
_ENVELOPE = """\
Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="smime.p7m"

"""


def signed(entity: bytes, signer: MailSigner) -> bytes:
    """Return an entity (CRLF, seven bits) with a detached signature: any mail program can read it."""
    builder = PKCS7SignatureBuilder().set_data(entity).add_signer(signer.certificate, signer.key, SHA256())
    for issuer in signer.chain:
        builder = builder.add_certificate(issuer)
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    signature = _text(_SIGNATURE) + _wrapped(builder.sign(Encoding.DER, options))
    boundary = f"signed-{hashlib.sha256(entity).hexdigest()[:32]}"
    rule = f"--{boundary}".encode()
    parts = [rule, entity, rule, signature, rule + b"--", b""]
    return _text(_SIGNED.format(boundary=boundary)) + b"\r\n".join(parts)


def encrypted(entity: bytes, certificate: Certificate) -> bytes:
    """Return an entity, encrypted for the owner of a certificate."""
    return _text(_ENVELOPE) + _wrapped(enveloped(entity, certificate))


def _text(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def _wrapped(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
