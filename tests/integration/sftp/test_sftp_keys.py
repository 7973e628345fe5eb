"""What is given as a private key: read in each form that there is, or called what it is, with the mend. Made-up keys."""

import base64
import struct
import subprocess

import pytest

from hervat.settings import SshLogin
from hervat.sftp import SftpError
from hervat.sftp.key_file import private_key
from tests.support.ssh_keys import make_key, run


def openssl(place, *arguments, data=b""):
    return subprocess.run(["openssl", *arguments], cwd=place, input=data, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("keys")
    make_key(place, "ours")
    make_key(place, "locked", passphrase="geheim woord")
    request = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "pkcs8",
        "-out",
        "certificate",
        "-subj",
        "/CN=x",
    ]
    openssl(place, *request)
    both = ["-in", "certificate", "-inkey", "pkcs8", "-passout", "pass:x"]
    (place / "p12").write_bytes(openssl(place, "pkcs12", "-export", *both))
    (place / "der").write_bytes(openssl(place, "pkey", "-in", "pkcs8", "-outform", "DER"))
    return place


def login(path, **changes):
    return SshLogin(host="h", user="u", key=path, known_hosts=path, **changes)


def refused(path, content=None):
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SftpError) as raised:
        private_key(login(path))
    assert not raised.value.passing
    return str(raised.value)


@pytest.mark.parametrize(
    "dress",
    [
        lambda key: key.replace(b"\n", b"\r\n"),
        lambda key: b"\xef\xbb\xbf" + key,
        lambda key: b"\n\n" + key,
        lambda key: key.rstrip(b"\n"),
        lambda key: key.replace(b"\n", b" \n"),
    ],
)
def test_a_key_that_a_program_wrote_in_its_own_way_is_read(place, tmp_path, dress):
    path = tmp_path / "key"
    path.write_bytes(dress((place / "ours").read_bytes()))
    assert private_key(login(path)).fingerprint == private_key(login(place / "ours")).fingerprint


def test_pkcs8_is_read_alone_with_its_certificate_and_as_openssl_takes_it_out_of_pkcs12(place, tmp_path):
    key = private_key(login(place / "pkcs8"))
    path = tmp_path / "both"
    path.write_bytes((place / "certificate").read_bytes() + (place / "pkcs8").read_bytes())
    assert private_key(login(path)).fingerprint == key.fingerprint
    path.write_bytes(openssl(place, "pkcs12", "-in", "p12", "-passin", "pass:x", "-nocerts", "-nodes"))
    assert private_key(login(path)).fingerprint == key.fingerprint


def test_pkcs8_with_a_passphrase(place, tmp_path, monkeypatch):
    path = tmp_path / "key"
    path.write_bytes(openssl(place, "pkcs8", "-topk8", "-in", "pkcs8", "-passout", "pass:geheim"))
    assert "has a passphrase" in refused(path)
    monkeypatch.setenv("SFTP_PASSPHRASE", "geheim")
    found = private_key(login(path, passphrase_env="SFTP_PASSPHRASE"))
    assert found.fingerprint == private_key(login(place / "pkcs8")).fingerprint


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PuTTY-User-Key-File-2: ssh-ed25519\r\nEncryption: none\r\n", "puttygen {path} -O private-openssh -o key"),
        (b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: aes256-cbc\n", "is a key of PuTTY (version 3"),
        (b"", "is empty"),
        (b" \r\n", "is empty"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n", "is cut off or damaged"),
        (b"-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----\n", "is a DSA key"),
        (b"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", "is the public half"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n", "is a request for a certificate"),
        (b"-----BEGIN PKCS7-----\nMIIB\n", "is a message or a set of certificates"),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ\n", "is a key of PGP"),
        (b"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/5\n", "is a key of ssh.com"),
        ("-----BEGIN".encode("utf-16"), "is written in UTF-16"),
        (b"not a key at all\n", "holds no private key that can be used"),
    ],
)
def test_what_is_no_key_is_called_what_it_is(tmp_path, content, words):
    path = tmp_path / "key"
    assert words.format(path=path) in refused(path, content)


def test_public_halves_certificates_and_containers(place, tmp_path):
    public = place / "ours.pub"
    assert "is the public half of a key; give the private one" in refused(public)
    options = tmp_path / "options"
    assert "is the public half" in refused(options, b'from="10.0.0.1" ' + public.read_bytes())
    ssh2 = tmp_path / "ssh2"
    assert "form of SSH2" in refused(ssh2, run("-e", "-f", str(public)).encode())
    assert "is a certificate and no key" in refused(place / "certificate")
    assert "openssl pkcs12 -in" in refused(place / "p12")
    assert "openssl pkey -inform DER" in refused(place / "der")
    assert "has a passphrase; name the environment variable" in refused(place / "locked")
    assert "is a folder" in refused(tmp_path)


def test_a_key_that_needs_a_touch(tmp_path):
    def text(value):
        return struct.pack(">I", len(value)) + value

    public = text(b"sk-ssh-ed25519@openssh.com") + text(bytes(32)) + text(b"ssh:")
    blob = b"openssh-key-v1\0" + text(b"none") * 2 + text(b"") + struct.pack(">I", 1) + text(public) + text(bytes(96))
    lines = base64.encodebytes(blob).decode()
    content = f"-----BEGIN OPENSSH PRIVATE KEY-----\n{lines}-----END OPENSSH PRIVATE KEY-----\n".encode()
    assert "needs a security key to be touched" in refused(tmp_path / "key", content)
