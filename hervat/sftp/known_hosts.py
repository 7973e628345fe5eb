"""The host keys that a server may show: those in the known_hosts file, never keys learned while connecting.

Names are matched as written, or hashed as `ssh-keygen -H` writes them; wildcards are read in @cert-authority lines
alone. A key that is marked @revoked is refused, as a host's and as an authority's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from paramiko import HostKeys, PKey
from paramiko.hostkeys import HostKeyEntry

from hervat.settings import SshLogin
from hervat.sftp.errors import SftpError

_AUTHORITY, _REVOKED = "@cert-authority", "@revoked"


@dataclass(frozen=True)
class Pinned:
    """The entries of one server in known_hosts: the keys it may show, who may sign its key, and which keys are out."""

    keys: list[PKey]
    authorities: list[PKey]
    revoked: list[PKey]


def host_name(server: SshLogin) -> str:
    """Return a server's name as known_hosts writes it."""
    return server.host if server.port == 22 else f"[{server.host}]:{server.port}"


def pinned(server: SshLogin) -> Pinned:
    """Return the keys of a server. Raises SftpError if the file or the server's entry is missing."""
    entries = list(_entries(server))
    keys = Pinned(*([key for marked, key in entries if marked == marker] for marker in ("", _AUTHORITY, _REVOKED)))
    if not keys.keys and not keys.authorities:
        raise SftpError(
            f"{server.host}: {host_name(server)} is not in the known_hosts file {server.known_hosts}; "
            "ask the server's keeper for its host key and put it there"
        )
    return keys


def _entries(server: SshLogin) -> Iterator[tuple[str, PKey]]:
    """Yield marker and key of each line about the server."""
    for line in _lines(server.known_hosts):
        marker, rest = line.split(None, 1) if line.startswith("@") and " " in line else ("", line)
        entry = _entry(rest)
        if entry and entry.hostnames and entry.key and _about(server, marker, entry.hostnames):
            yield marker, entry.key


def _about(server: SshLogin, marker: str, written: list[str]) -> bool:
    if marker != _AUTHORITY:
        return any(_matches(host_name(server), name) for name in written)
    names = {host_name(server), server.host}  # as ssh does: with certificates the port need not be written
    if any(_like(names, pattern[1:]) for pattern in written if pattern.startswith("!")):
        return False
    return any(_like(names, pattern) for pattern in written if not pattern.startswith("!"))


def _like(names: set[str], written: str) -> bool:
    """True if a name matches a pattern with * and ?."""
    pattern = written.casefold().replace("[", "[[]")
    return any(_matches(name, written) or fnmatchcase(name.casefold(), pattern) for name in names)


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
