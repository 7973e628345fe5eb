"""What can go wrong between two machines, and what is said of it: nothing of paramiko, and nothing fetched."""

import os
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from hervat.demo.embedded import new_key
from hervat.sftp import SftpClient, SftpError
from tests.support.proxy import Proxy, Silent
from tests.support.sshd import Sshd


def refused(settings) -> SftpError:
    with pytest.raises(SftpError) as raised, SftpClient(settings):
        pass
    assert raised.value.__suppress_context__ or raised.value.__context__ is None
    return raised.value


def test_a_changed_host_key_is_refused_naming_both_fingerprints(served, tmp_path):
    other = tmp_path / "other_host_key"
    new_key(other)
    known = tmp_path / "known_hosts"
    known.write_text(served.host_line(served.server.port, other))
    error = refused(served.pickup(known_hosts=known))
    for key in (other, served.server.host_key):
        shown = subprocess.run(["ssh-keygen", "-l", "-f", key], capture_output=True, text=True, check=True).stdout
        assert shown.split()[1] in str(error)
    assert "has changed" in str(error)
    assert not error.passing
    assert known.read_text() == served.host_line(served.server.port, other), "never learned"


def test_a_changed_kind_of_host_key_is_refused_too(served, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", other], check=True)
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{served.server.port} {other.with_suffix('.pub').read_text()}")
    assert str(refused(served.pickup(known_hosts=known))).count("SHA256:") == 2


def test_an_unknown_host_is_refused_and_not_learned(served, tmp_path):
    known = tmp_path / "known_hosts"
    known.write_text("# nobody yet\n" + served.host_line(1, served.server.host_key))
    content = known.read_text()
    error = refused(served.pickup(known_hosts=known))
    assert "is not in the known_hosts file" in str(error)
    assert not error.passing
    assert known.read_text() == content


def test_no_known_hosts_file(served, tmp_path):
    assert "there is no known_hosts file" in str(refused(served.pickup(known_hosts=tmp_path / "none")))


def test_a_revoked_host_key(served, tmp_path):
    known = tmp_path / "known_hosts"
    line = served.host_line(served.server.port, served.server.host_key)
    known.write_text(f"{line}@revoked {line}")
    assert "@revoked" in str(refused(served.pickup(known_hosts=known)))


def test_a_hashed_known_hosts_and_a_key_that_is_one_of_several(served, tmp_path):
    other, known = tmp_path / "other", tmp_path / "known_hosts"
    new_key(other)
    lines = [served.host_line(served.server.port, key) for key in (other, served.server.host_key)]
    known.write_text("".join(lines))
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", known], check=True, capture_output=True)
    assert "127.0.0.1" not in known.read_text()
    known.write_text("nonsense\n|1|nonsense|x ssh-ed25519 AAAA\n" + known.read_text())
    with SftpClient(served.pickup(known_hosts=known)) as client:
        assert client.listing(served.remote, "*") == []


def test_a_wrong_user_key(served, tmp_path):
    key = tmp_path / "stranger"
    new_key(key)
    error = refused(served.pickup(key=key))
    assert "is refused with the key" in str(error)
    assert not error.passing


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_every_kind_of_key_is_read(served, tmp_path, kind):
    key = tmp_path / kind
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key], check=True)
    assert "is refused with the key" in str(refused(served.pickup(key=key))), "it was read and tried"


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
@pytest.mark.parametrize("form", ["RFC4716", "PEM"])
def test_a_key_with_a_passphrase(served, tmp_path, kind, form):
    key = tmp_path / "locked"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-m", form, "-N", "geheim12", "-f", key], check=True)
    assert "has a passphrase" in str(refused(served.pickup(key=key)))


def test_key_files_that_can_not_be_used(served, tmp_path):
    assert "there is no key file" in str(refused(served.pickup(key=tmp_path / "none")))
    broken = tmp_path / "broken"
    broken.write_text("this is no key")
    assert "holds no private key" in str(refused(served.pickup(key=broken)))


def test_connection_refused_and_a_name_that_is_not_there(served):
    with Silent() as silent:
        port = silent.port
    known = served.server.known_hosts
    known_here = known.read_text()
    try:
        known.write_text(known_here + served.host_line(port, served.server.host_key))
        error = refused(served.pickup(port=port))
    finally:
        known.write_text(known_here)
    assert "was refused" in str(error)
    assert error.passing


def test_a_server_that_accepts_and_says_nothing(served, tmp_path):
    with Silent() as silent:
        known = tmp_path / "known_hosts"
        known.write_text(served.host_line(silent.port, served.server.host_key))
        started = time.monotonic()
        error = refused(served.pickup(port=silent.port, known_hosts=known, timeout_seconds=1))
        assert time.monotonic() - started < 12
    assert "no SSH session" in str(error)
    assert error.passing


@pytest.mark.parametrize("how", ["cut", "stall"])
def test_a_connection_that_ends_in_the_middle_of_a_file(served, tmp_path, how):
    served.write("PIB_a.csv", bytes(20_000_000))
    with Proxy(served.server.port, 5_000_000, how) as proxy:
        known = tmp_path / "known_hosts"
        known.write_text(served.host_line(proxy.port, served.server.host_key))
        settings = served.pickup(port=proxy.port, known_hosts=known, timeout_seconds=2)
        started, total = time.monotonic(), 0
        with pytest.raises(SftpError) as raised, SftpClient(settings) as client:
            for chunk in client.read(f"{served.remote}/PIB_a.csv"):
                total += len(chunk)
        assert time.monotonic() - started < 25
    assert 0 < total < 20_000_000
    assert raised.value.passing
    assert "reading" in str(raised.value)


@pytest.mark.parametrize("after", [0, 100, 1200, 2500, 4000])
def test_a_connection_that_ends_while_it_is_made(served, tmp_path, after):
    with Proxy(served.server.port, after) as proxy:
        known = tmp_path / "known_hosts"
        known.write_text(served.host_line(proxy.port, served.server.host_key))
        settings = served.pickup(port=proxy.port, known_hosts=known, timeout_seconds=2)
        with pytest.raises(SftpError) as raised, SftpClient(settings) as client:
            for _ in range(200):
                client.listing(served.remote, "*")
    assert raised.value.passing, str(raised.value)


def test_a_folder_without_rights():
    root = Path(tempfile.mkdtemp(prefix="hervat-rights-"))
    root.chmod(0o755)
    closed, locked = root / "closed", root / "locked.csv"
    closed.mkdir()
    locked.write_text("x")
    for path in (closed, locked):
        path.chmod(0)
    user = "nobody" if os.getuid() == 0 else None
    with Sshd(root, user) as server:
        settings = _plain(server)
        with SftpClient(settings) as client:
            assert stat.S_IMODE(closed.stat().st_mode) == 0
            for work in (
                lambda: client.listing(str(closed), "*"),
                lambda: list(client.read(str(locked))),
                lambda: client.put(str(closed), "a.json", b"x"),
            ):
                with pytest.raises(SftpError, match="permission denied") as raised:
                    work()
                assert not raised.value.passing
    closed.chmod(0o700)
    shutil.rmtree(root)


def _plain(server):
    from hervat.settings import SftpServer

    return SftpServer(
        host=server.host, port=server.port, user=server.user, key=server.user_key, known_hosts=server.known_hosts
    )


def test_a_server_without_sftp(tmp_path):
    with Sshd(tmp_path, sftp=False) as server:
        assert "offers no SFTP" in str(refused(_plain(server)))
