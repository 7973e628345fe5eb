"""S/MIME (RFC 8551): a MIME entity signed in clear, and one encrypted for the owner of a certificate.

Both are what `openssl cms` and `openssl smime` read. SHA-256; AES-256-CBC, for openssl smime knows no GCM.
"""

import base64
import hashlib

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509 import Certificate

from hervat.notices.envelope import enveloped
from hervat.notices.mail.signer import Signer

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


def signed(entity: bytes, signer: Signer) -> bytes:
    """Return an entity (CRLF, seven bits) with the signature over it beside it: any mail program can read it."""
    builder = PKCS7SignatureBuilder().set_data(entity).add_signer(signer.certificate, signer.key, SHA256())
    for one in signer.chain:
        builder = builder.add_certificate(one)
    options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
    signature = _text(_SIGNATURE) + _wrapped(builder.sign(Encoding.DER, options))
    boundary = f"signed-{hashlib.sha256(entity).hexdigest()[:32]}"
    rule = f"--{boundary}".encode()
    parts = [rule, entity, rule, signature, rule + b"--", b""]
    return _text(_SIGNED.format(boundary=boundary)) + b"\r\n".join(parts)


def encrypted(entity: bytes, certificate: Certificate) -> bytes:
    """Return an entity that holds another, which only the owner of a certificate can read."""
    return _text(_ENVELOPE) + _wrapped(enveloped(entity, certificate))


def _text(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def _wrapped(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")
