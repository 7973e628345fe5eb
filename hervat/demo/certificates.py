"""Self-made certificates of the demo: of a party and the gemeente for S/MIME, and of the mail server for TLS."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_NO_USE = dict.fromkeys(
    ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only",
     "decipher_only"), False,
)  # fmt: skip


def self_made(path: Path, name: str) -> None:
    """Write a certificate for `name` at `path` (NAME.pem) and its RSA key beside it (NAME-key.pem, 0600)."""
    key = _new_key()
    _write(path, key, _builder(name, key).sign(key, SHA256()))


def self_made_for_server(path: Path, address: str) -> None:
    """Write a certificate and key as `self_made` does, for a server at an IP address: trusted by being a ca_file.

    It is an authority of its own, with all that Python's strict check (3.13) asks of one.
    """
    key = _new_key()
    made = (
        _builder(address, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, **_NO_USE), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
    )  # fmt: skip
    _write(path, key, made.sign(key, SHA256()))


def key_of(path: Path) -> Path:
    """Return the path of a certificate's key."""
    return path.with_name(f"{path.stem}-key.pem")


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=3072)


def _builder(name: str, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    return (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
    )  # fmt: skip


def _write(path: Path, key: rsa.RSAPrivateKey, made: x509.Certificate) -> None:
    path.write_bytes(made.public_bytes(Encoding.PEM))
    key_of(path).touch(0o600)
    key_of(path).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
