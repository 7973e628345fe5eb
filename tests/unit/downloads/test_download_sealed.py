"""A download that is wrapped or packed is called what it is, with the command that opens it. Made-up content."""

import bz2
import io
import lzma
import subprocess
from pathlib import Path

import pytest

from hervat.downloads import StructureRefused, load_format, read, unpacked
from tests.support.ssh_keys import make_key

CSV = b"Signaalcode;Datum signaal;BSN\nSS101;01-03-2022;123456782\n"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("sealed")
    openssl(
        place, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem", "-subj", "/CN=x"
    )
    return place


def openssl(place, *arguments, data=b""):
    return subprocess.run(["openssl", *arguments], cwd=place, input=data, capture_output=True, check=True).stdout


def refused(content, name="PIB_Wi2021_0000_20220301_120000.csv"):
    form = load_format("pib-wi2021", Path("/nowhere"))
    with pytest.raises(StructureRefused) as raised:
        list(read(unpacked(lambda: io.BytesIO(content), name), name, form).batches())
    return raised.value


@pytest.mark.parametrize("form", ["PEM", "DER", "SMIME"])
@pytest.mark.parametrize("how", ["sign", "encrypt"])
@pytest.mark.parametrize("name", ["PIB_Wi2021_0000_20220301_120000.csv", "PIB_a.csv.p7m"])
def test_a_message_of_cms(place, form, how, name):
    options = ["-nodetach", "-signer", "c.pem", "-inkey", "k.pem"] if how == "sign" else ["-aes256"]
    content = openssl(
        place, "cms", f"-{how}", "-binary", "-outform", form, *options, *(["c.pem"] * (how != "sign")), data=CSV
    )
    error = refused(content, name)
    verb = {"sign": "-verify", "encrypt": "-decrypt"}[how] if form != "SMIME" else "openssl cms"
    assert (
        error.reason == "not_a_table"
        and ".p7m" in str(error)
        and verb in str(error)
        and f"-inform {form}" in str(error)
    )
    if form != "SMIME" and how == "sign":  # the command that is named does it
        (place / "FILE").write_bytes(content)
        command = str(error).split("`")[1].split()
        openssl(place, *command[1:])
        assert (place / "FILE.csv").read_bytes() == CSV


def test_pkcs7_is_a_name_for_the_same(place):
    content = openssl(place, "cms", "-encrypt", "-binary", "-outform", "PEM", "c.pem", data=CSV)
    assert "for somebody (CMS, .p7m, in PEM)" in str(refused(content.replace(b"CMS", b"PKCS7")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"-----BEGIN PGP MESSAGE-----\n\nhQEMA", "is a message of PGP"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB", "is a file in PEM (certificate)"),
        (bz2.compress(CSV), "is packed with bzip2"),
        (lzma.compress(CSV), "is packed with xz"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "is packed with 7-Zip"),
        (b"Salted__12345678", "is encrypted with a passphrase"),
    ],
)
def test_other_wrappings(content, words):
    assert words in str(refused(content))


def test_a_private_key_put_there_by_mistake(tmp_path):
    content = make_key(tmp_path, "key").read_bytes()
    error = str(refused(content))
    assert "openssh private key" in error and content.split()[5].decode() not in error
