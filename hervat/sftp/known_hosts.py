"""Which host keys a server may show: what stands in the known_hosts file, never anything learned on the way.

Names are matched as they stand, or hashed as `ssh-keygen -H` writes them; wildcards are not read. A key that is
marked @revoked is refused; @cert-authority lines are passed over.
"""

from collections.abc import Iterator
from pathlib import Path

from paramiko import HostKeys, PKey
from paramiko.hostkeys import HostKeyEntry

from hervat.settings import SftpServer
from hervat.sftp.errors import SftpError

_REVOKED = "@revoked "


def host_name(server: SftpServer) -> str:
    """Return a server's name as known_hosts writes it."""
    return server.host if server.port == 22 else f"[{server.host}]:{server.port}"


def pinned_keys(server: SftpServer) -> list[PKey]:
    """Return the keys that the server may show. Raises SftpError when the file or the server is not there."""
    keys = [key for _, key in _entries(server, "")]
    if not keys:
        raise SftpError(
            f"{server.host}: {host_name(server)} does not stand in the known_hosts file {server.known_hosts}; "
            "ask the server's keeper for its host key and put it there"
        )
    return keys


def check_host_key(server: SftpServer, shown: PKey, pinned: list[PKey]) -> None:
    """Raise SftpError, naming both fingerprints, unless the server showed a pinned key that is not revoked."""
    if shown in [key for _, key in _entries(server, _REVOKED)]:
        raise SftpError(f"{server.host}: shows the host key {shown.fingerprint}, which is marked @revoked")
    if shown in pinned:
        return
    same_kind = [key for key in pinned if key.get_name() == shown.get_name()] or pinned
    known = ", ".join(key.fingerprint for key in same_kind)
    raise SftpError(
        f"{server.host}: the host key has changed: known_hosts holds {known}, the server shows {shown.fingerprint}; "
        f"nothing was exchanged. Ask the server's keeper before anything is changed in {server.known_hosts}"
    )


def _entries(server: SftpServer, marker: str) -> Iterator[tuple[str, PKey]]:
    for line in _lines(server.known_hosts):
        if not line.startswith(marker) or (not marker and line.startswith("@")):
            continue
        entry = _entry(line.removeprefix(marker).strip())
        if entry and entry.hostnames and entry.key and any(_matches(host_name(server), one) for one in entry.hostnames):
            yield host_name(server), entry.key


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise SftpError(f"there is no known_hosts file {path}; write the server's host key in it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SftpError(f"the known_hosts file {path} can't be read ({type(error).__name__})") from None
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _entry(line: str) -> HostKeyEntry | None:
    try:
        return HostKeyEntry.from_line(" ".join(line.split()))
    except Exception:  # noqa: BLE001 - a line that can't be read pins nothing; paramiko raises many kinds
        return None


def _matches(name: str, written: str) -> bool:
    if not written.startswith("|1|"):
        return name == written
    try:
        return HostKeys.hash_host(name, written) == written
    except (ValueError, AssertionError, IndexError):
        return False
