import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hervat.demo.sftp_server import EmbeddedServer
from hervat.settings import SftpPickup, Source
from tests.support.sshd import Sshd


@dataclass(frozen=True)
class Served:
    """A running server: `folder` is the directory `remote` of it, seen from this side."""

    server: EmbeddedServer | Sshd
    folder: Path
    remote: str

    def pickup(self, **changes: Any) -> SftpPickup:
        """Return the settings that fit this server, with changes."""
        given = {
            "host": self.server.host,
            "port": self.server.port,
            "user": self.server.user,
            "key": self.server.user_key,
            "known_hosts": self.server.known_hosts,
            "directory": self.remote,
            "pattern": "PIB_*.csv",
            "timeout_seconds": 5,
        }
        return SftpPickup(**{**given, **changes})

    def source(self, **changes: Any) -> Source:
        return Source(name="pib", sftp=self.pickup(), **changes)

    def write(self, name: str, content: bytes, age: float = 3600) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        stamp = time.time() - age
        os.utime(path, (stamp, stamp))
        return path

    def host_line(self, port: int, key: Path) -> str:
        from hervat.demo.embedded import public_line

        return f"[127.0.0.1]:{port} {public_line(key)}\n"


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """Start each kind of server once; what they serve is emptied before each test by `served`."""
    roots = {kind: tmp_path_factory.mktemp(kind) for kind in ("embedded", "openssh")}
    for root in roots.values():
        (root / "pib").mkdir()
    keys = tmp_path_factory.mktemp("keys")
    with EmbeddedServer(roots["embedded"], keys) as embedded, Sshd(roots["openssh"]) as openssh:
        found = {
            "embedded": Served(embedded, roots["embedded"] / "pib", "/pib"),
            "openssh": Served(openssh, roots["openssh"] / "pib", str(roots["openssh"] / "pib")),
        }
        yield found.__getitem__


@pytest.fixture(params=["embedded", "openssh"])
def served(request: pytest.FixtureRequest, started: Callable[[str], Served]) -> Served:
    one = started(request.param)
    _empty(one.folder)
    return one


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            _empty(path)
            path.rmdir()
        else:
            path.unlink()
