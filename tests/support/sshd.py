"""A real OpenSSH server for tests, with the same face as the demo's EmbeddedServer."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from hervat.demo.embedded import new_key

_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {host_key}
PidFile none
AuthorizedKeysFile {authorized}
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
UseDNS no
"""
_SFTP = """\
Subsystem sftp internal-sftp
ForceCommand internal-sftp -d {directory}
"""


class Sshd:
    """A context manager: OpenSSH's sshd with internal-sftp on a free port of 127.0.0.1.

    Paths are those of this machine (no chroot); a path that does not start with / starts at `directory`. `user` may be
    another than the current one when the tests run as root, for whom file rights do not count. `options` gives more
    lines of sshd_config, once the keys are made.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        directory: Path,
        user: str | None = None,
        sftp: bool = True,
        options: Callable[["Sshd"], str] = lambda _: "",
    ) -> None:
        self.directory, self._sftp, self._options = directory, sftp, options
        self.user = user or pwd.getpwuid(os.getuid()).pw_name

    def __enter__(self) -> Self:
        self.keys = Path(tempfile.mkdtemp(prefix="hervat-sshd-"))
        self.keys.chmod(0o755)  # the server reads the user's public key as that user
        self.host_key, self.user_key = self.keys / "host_ed25519", self.keys / "id_ed25519"
        self.known_hosts, authorized = self.keys / "known_hosts", self.keys / "authorized_keys"
        host_line = new_key(self.host_key)
        authorized.write_text(new_key(self.user_key) + "\n")
        self.port = _free_port()
        self.known_hosts.write_text(f"[{self.host}]:{self.port} {host_line}\n")
        config = self.keys / "sshd_config"
        config.write_text(
            self._options(self)  # sshd keeps what it reads first
            + (_CONFIG + _SFTP * self._sftp).format(
                port=self.port, host_key=self.host_key, authorized=authorized, directory=self.directory
            )
        )
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        self.log = self.keys / "log"
        command = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-f", str(config), "-E", str(self.log)]
        self._process = subprocess.Popen(command)
        self._wait()
        return self

    @property
    def pid(self) -> int:
        """The process of the server."""
        return self._process.pid

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self.keys, ignore_errors=True)  # a session that ends late may still write its log

    def _wait(self) -> None:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), timeout=1):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("sshd did not start: " + self.log.read_text())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
