"""Start and stop the demo's SFTP server, with the keys that it and its user need."""

import random
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from hervat.errors import HervatError


def new_key(path: Path) -> str:
    """Write a new ed25519 private key in OpenSSH's form (0600) unless one is there; return the public line."""
    if not path.exists():
        plain = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        path.touch(0o600)
        path.write_bytes(plain)
    return public_line(path)


def public_line(path: Path) -> str:
    """Return the public half of a private key file, as authorized_keys and known_hosts write it."""
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    public = load_ssh_private_key(path.read_bytes(), None).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def is_free(port: int) -> bool:
    """True if nothing listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def lasting_port() -> int:
    """Return a free port that is likely to be free next week too: outside the ephemeral range."""
    return next(port for port in random.sample(range(20_000, 32_000), 500) if is_free(port))


class EmbeddedServer:
    """Context manager: serves `directory` over SFTP on 127.0.0.1, in a process that ends with this one.

    keys: the folder of the host key, the user's key and known_hosts; created if missing. port: 0 for a free one; after
    entering, the actual port.
    """

    user = "gemeente"
    host = "127.0.0.1"

    def __init__(self, directory: Path, keys: Path, port: int = 0) -> None:
        self.directory, self.keys, self.port = directory, keys, port
        self.host_key, self.user_key = keys / "host_ed25519", keys / "id_ed25519"
        self.known_hosts, self._authorized = keys / "known_hosts", keys / "authorized_keys"

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        self.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._authorized.write_text(new_key(self.user_key) + "\n", encoding="utf-8")
        host_line = new_key(self.host_key)
        self._process = self._start()
        self.port = self._ready()
        self.known_hosts.write_text(f"[{self.host}]:{self.port} {host_line}\n", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()

    def _start(self) -> subprocess.Popen[str]:
        paths = {"--directory": self.directory, "--host-key": self.host_key, "--authorized": self._authorized}
        command = [sys.executable, "-m", "hervat.demo.sftp_server", "--with-parent", "--port", str(self.port)]
        for option, path in paths.items():
            command += [option, str(path)]
        return subprocess.Popen(  # noqa: S603 - a session of its own: Ctrl-C is for this process alone
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )

    def _ready(self) -> int:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith("ready "):
            self._process.kill()
            raise HervatError("the demo's SFTP server did not start; its port may be in use")
        return int(line.split()[1])
