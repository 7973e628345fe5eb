"""What a host certificate says is checked whole: who signed it, that it is a host's, whose, until when, and under what."""

import pytest
from paramiko import PKey

from hervat.sftp.host_certificate import flaw
from hervat.sftp.known_hosts import Pinned
from tests.support.ssh_keys import make_key, run

HOST = "sftp.example.nl"


@pytest.fixture
def shown(tmp_path):
    """Return a function that certifies a host key as the arguments say, and what pins its authority."""
    authority, host = make_key(tmp_path, "authority"), make_key(tmp_path, "host")
    pinned = Pinned([], [PKey.from_path(authority)], [])

    def certify(*options):
        run("-q", "-s", str(authority), "-I", "a host", *options, str(host) + ".pub")
        return PKey.from_path(host), pinned

    return certify


def test_a_good_one(shown):
    key, pinned = shown("-h", "-n", f"{HOST},other.example.nl")
    assert flaw(key, HOST, pinned) is None
    assert flaw(key, HOST.upper(), pinned) is None
    assert "does not name this host" in flaw(key, "example.nl", pinned)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-n", HOST), "for users, not for hosts"),
        (("-h", "-n", HOST, "-V", "20200101:20200102"), "not valid today"),
        (("-h", "-n", HOST, "-V", "+1d:+2d"), "not valid today"),
        (("-h", "-n", HOST, "-O", "critical:strange@example.nl=x"), "under conditions"),
        (("-h",), "does not name this host"),
    ],
)
def test_one_that_does_not_hold(shown, options, said):
    assert said in flaw(*_swapped(shown(*options)))


def _swapped(found):
    return found[0], HOST, found[1]


def test_every_changed_byte_is_noticed(shown):
    """Whatever byte of a good certificate is another, it is no good certificate for this key."""
    key, pinned = shown("-h", "-n", HOST)
    good, accepted = key.public_blob.key_blob, 0
    for at in range(4 + len("ssh-ed25519-cert-v01@openssh.com"), len(good)):
        key.public_blob.key_blob = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        accepted += flaw(key, HOST, pinned) is None
    assert accepted == 0
    key.public_blob.key_blob = good
    assert flaw(key, HOST, pinned) is None


def test_an_unknown_and_a_revoked_authority(shown, tmp_path):
    key, pinned = shown("-h", "-n", HOST)
    other = PKey.from_path(make_key(tmp_path, "other"))
    assert "none of the @cert-authority" in flaw(key, HOST, Pinned([], [other], []))
    assert "@revoked" in flaw(key, HOST, Pinned([], pinned.authorities, pinned.authorities))
    key.public_blob = None
    assert "no certificate" in flaw(key, HOST, pinned)
