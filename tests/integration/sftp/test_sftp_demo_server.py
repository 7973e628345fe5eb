"""The demo's server: nobody gets out of its directory, and it ends with the process that started it."""

import subprocess
import sys
import time
from pathlib import Path

import paramiko
import pytest

from hervat.sftp import SftpClient, SftpError


@pytest.fixture
def embedded(started):
    return started("embedded")


@pytest.fixture
def raw(embedded):
    with SftpClient(embedded.pickup()) as client:
        yield client._sftp


@pytest.mark.parametrize(
    "path", ["/../../etc/hostname", "../../../etc/hostname", "/out/hostname", "/pib/../out/hostname"]
)
def test_no_path_leads_out(embedded, raw, path):
    out = embedded.folder.parent / "out"
    if not out.is_symlink():
        out.symlink_to("/etc")
    try:
        for work in (
            lambda: raw.stat(path),
            lambda: raw.open(path, "rb"),
            lambda: raw.open(path, "wb"),
            lambda: raw.remove(path),
            lambda: raw.chmod(path, 0o777),
            lambda: raw.rename("/pib", path),
            lambda: raw.posix_rename("/pib", path),
            lambda: raw.mkdir(path),
            lambda: raw.listdir(path),
        ):
            with pytest.raises(OSError):
                work()
        assert embedded.folder.is_dir()
    finally:
        out.unlink()


def test_it_speaks_what_a_client_needs(embedded, raw):
    raw.mkdir("/pib/sub")
    with raw.open("/pib/sub/a", "wb") as file:
        file.write(b"abc")
    raw.utime("/pib/sub/a", (1_600_000_000, 1_600_000_000))
    raw.chmod("/pib/sub/a", 0o600)
    assert raw.stat("/pib/sub/a").st_mtime == 1_600_000_000
    raw.rename("/pib/sub/a", "/pib/sub/b")
    with raw.open("/pib/sub/b", "r+b") as file:
        file.seek(1)
        file.write(b"X")
    with raw.open("/pib/sub/b", "ab") as file:
        file.write(b"d")
    assert raw.open("/pib/sub/b").read() == b"aXcd"
    raw.open("/pib/sub/c", "wb").close()
    with pytest.raises(OSError):
        raw.rename("/pib/sub/b", "/pib/sub/c")
    raw.posix_rename("/pib/sub/b", "/pib/sub/c")
    assert raw.listdir("/pib/sub") == ["c"]
    assert raw.normalize("..") == "/"
    raw.remove("/pib/sub/c")
    raw.rmdir("/pib/sub")


def test_no_password_gets_in(embedded):
    transport = paramiko.Transport(("127.0.0.1", embedded.server.port))
    transport.start_client(timeout=60)
    with pytest.raises(paramiko.BadAuthenticationType):
        transport.auth_password("gemeente", "geheim")
    transport.close()


def test_it_ends_with_its_parent(tmp_path):
    code = (
        "import sys, os; from pathlib import Path; from hervat.demo.sftp_server import EmbeddedServer\n"
        f"with EmbeddedServer(Path({str(tmp_path / 'd')!r}), Path({str(tmp_path / 'k')!r})) as server:\n"
        "    print(server._process.pid, flush=True); os._exit(9)"
    )
    child = subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.PIPE, text=True)
    assert child.returncode == 9
    pid = int(child.stdout)
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the server outlived its parent")


def test_it_starts_again_with_the_same_keys(tmp_path, embedded):
    from hervat.demo.sftp_server import EmbeddedServer

    found = []
    for _ in range(2):
        with EmbeddedServer(tmp_path / "files", tmp_path / "keys") as server:
            found.append((server.host_key.read_bytes(), server.user_key.read_bytes()))
            settings = embedded.pickup(port=server.port, key=server.user_key, known_hosts=server.known_hosts)
            with SftpClient(settings) as client:
                assert client.listing("/", "*") == []
    assert found[0] == found[1]


def test_a_stopped_server_is_a_passing_error(tmp_path, embedded):
    from hervat.demo.sftp_server import EmbeddedServer

    with EmbeddedServer(tmp_path / "files", tmp_path / "keys") as server:
        settings = embedded.pickup(port=server.port, key=server.user_key, known_hosts=server.known_hosts)
        with pytest.raises(SftpError, match="lost") as raised, SftpClient(settings) as client:
            server._process.kill()
            server._process.wait()
            client.listing("/", "*")
    assert raised.value.passing
