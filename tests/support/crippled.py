"""An SSH server of our own that does what OpenSSH won't: passwords of its choosing, hostile listings, slow files."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from paramiko import PKey, ServerInterface, SFTPAttributes, SFTPServer, SFTPServerInterface, Transport
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from hervat.demo.embedded import new_key


class Endless(list):
    """A listing that never ends: each look at its front gives the same entries, and nothing is ever taken away."""

    def __getitem__(self, place: Any) -> Any:
        return list(self) if place.start is None else self


class Crippled:
    """A context manager: serves `listing` (what stands in every directory) to who gives what `wants` names.

    wants: of "publickey" and "password" those that must both succeed. `attempts` collects what was tried.
    """

    host, user = "127.0.0.1", "gemeente"
    files: type[SFTPServerInterface]

    def __init__(self, place: Any, wants: tuple[str, ...] = ("publickey",), listing: Callable[[], list] = list) -> None:
        self.host_key, self.user_key, self.known_hosts = place / "host", place / "user", place / "known_hosts"
        self.wants, self.listing, self.password, self.attempts = wants, listing, "geheim-woord", []
        self._host_line, self._user_line = new_key(self.host_key), new_key(self.user_key)
        self._held: list[Transport] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self.known_hosts.write_text(f"[{self.host}]:{self.port} {self._host_line}\n")
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        for transport in self._held:
            transport.close()

    def knows(self, key: PKey) -> bool:
        return key.get_base64() == self._user_line.split()[1]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            transport = Transport(connection)
            self._held.append(transport)
            transport.add_server_key(PKey.from_path(self.host_key))
            transport.set_subsystem_handler("sftp", SFTPServer, self.files, self)
            transport.start_server(threading.Event(), _Login(self))


class _Login(ServerInterface):
    def __init__(self, server: Crippled) -> None:
        self._server, self._done = server, set()

    def get_allowed_auths(self, username: str) -> str:
        return ",".join(way for way in self._server.wants if way not in self._done)

    def check_auth_publickey(self, username: str, key: PKey) -> int:
        return self._tried("publickey", self._server.knows(key))

    def check_auth_password(self, username: str, password: str) -> int:
        return self._tried("password", password == self._server.password)

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def _tried(self, way: str, good: bool) -> int:
        self._server.attempts.append(way)
        if not good or way not in self._server.wants:
            return AUTH_FAILED
        self._done.add(way)
        return AUTH_SUCCESSFUL if self._done >= set(self._server.wants) else AUTH_PARTIALLY_SUCCESSFUL


class _Files(SFTPServerInterface):
    def __init__(self, server: Any, owner: Crippled) -> None:
        super().__init__(server)
        self._owner = owner

    def list_folder(self, path: str) -> list:
        return self._owner.listing()


Crippled.files = _Files


def entry(name: str, mode: int = 0o100644, size: int = 1) -> SFTPAttributes:
    """Return an entry of a listing, under any name."""
    found = SFTPAttributes()
    found.filename, found.st_mode, found.st_size, found.st_mtime, found.st_atime = name, mode, size, 1, 1
    return found
