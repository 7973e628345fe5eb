"""Made-up certificates: an authority, and what it issues to servers and to who signs mail."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: str, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(_name(subject)).issuer_name(issuer).public_key(public)
    made = made.serial_number(x509.random_serial_number()).not_valid_before(datetime.now(UTC) - timedelta(days=1))
    return made.not_valid_after(datetime.now(UTC) + timedelta(days=365))


def authority(folder: Path, name: str) -> ec.EllipticCurvePrivateKey:
    """Write NAME.pem, an authority's certificate; return its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder(name, _name(name), key.public_key()).add_extension(x509.BasicConstraints(True, 0), True)
    (folder / f"{name}.pem").write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return key


def issued(folder: Path, name: str, key: ec.EllipticCurvePrivateKey, ca: Path, host: str = "") -> Path:
    """Write NAME.pem and NAME.key, issued by an authority: for a host, else for signing mail."""
    own = ec.generate_private_key(ec.SECP256R1())
    made = _builder(name, x509.load_pem_x509_certificate(ca.read_bytes()).subject, own.public_key())
    use = ExtendedKeyUsageOID.SERVER_AUTH if host else ExtendedKeyUsageOID.EMAIL_PROTECTION
    made = made.add_extension(x509.ExtendedKeyUsage([use]), False)
    names = [x509.DNSName(host)] if host else [x509.RFC822Name("inburgering@gemeente.test")]
    made = made.add_extension(x509.SubjectAlternativeName(names), False)
    path = folder / f"{name}.pem"
    path.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path
