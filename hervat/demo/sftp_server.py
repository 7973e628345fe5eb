"""The demo's SSH/SFTP server, in a process of its own: a real host key, key authentication only, one directory.

For a demonstration and for tests on one machine: it listens on 127.0.0.1 and is not hardened for anything else. SFTP is
answered within the one directory.
"""

import argparse
import logging
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec

from paramiko import (
    PKey,
    ServerInterface,
    SFTPAttributes,
    SFTPHandle,
    SFTPServer,
    SFTPServerInterface,
    SSHException,
    Transport,
)
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)
from paramiko.sftp import SFTP_FAILURE, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED

from hervat.demo.embedded import EmbeddedServer

P = ParamSpec("P")


class _Outside(OSError):
    """A path leads out of the served directory."""


def _answered(work: Callable[P, Any]) -> Callable[P, Any]:
    """Make an operation return a protocol code instead of raising."""

    @wraps(work)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Any:
        try:
            result = work(*args, **kwargs)
        except _Outside:
            return SFTP_PERMISSION_DENIED
        except OSError as error:
            return SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK if result is None else result

    return answer


class _Handle(SFTPHandle):
    def __init__(self, flags: int, file: IO[bytes], path: Path) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = file
        self._path = path

    @_answered
    def stat(self) -> SFTPAttributes:
        return SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    @_answered
    def chattr(self, attr: SFTPAttributes) -> None:
        SFTPServer.set_file_attr(str(self._path), attr)


class Files(SFTPServerInterface):
    """List, read, write, rename and remove within `root`, for whoever got through the server's key check."""

    def __init__(self, server: Any, root: Path) -> None:
        super().__init__(server)
        self._root = root.resolve()

    def _real(self, path: str) -> Path:
        """Return the path on disk for a client's path; a link as its last part is not followed."""
        target = self._root / self.canonicalize(path).lstrip("/")
        if target == self._root:
            return target
        parent = target.parent.resolve()
        if not parent.is_relative_to(self._root):
            raise _Outside
        return parent / target.name

    def _followed(self, path: str) -> Path:
        real = self._real(path).resolve()
        if not real.is_relative_to(self._root):
            raise _Outside
        return real

    def canonicalize(self, path: str) -> str:
        """Return `path` from the root, without '..' that would lead out of it."""
        return os.path.normpath("/" + path)

    @_answered
    def list_folder(self, path: str) -> list[SFTPAttributes]:
        """Return the entries of a directory (a name that is not UTF-8 can't be sent by this server)."""
        with os.scandir(self._followed(path)) as entries:
            return [
                SFTPAttributes.from_stat(entry.stat(follow_symlinks=False), entry.name)
                for entry in entries
                if entry.name.isascii() or entry.name.isprintable()
            ]

    @_answered
    def stat(self, path: str) -> SFTPAttributes:
        """Return a file's attributes, through links that stay inside."""
        return SFTPAttributes.from_stat(self._followed(path).stat())

    @_answered
    def lstat(self, path: str) -> SFTPAttributes:
        """Return the attributes of a file or of a link itself."""
        return SFTPAttributes.from_stat(self._real(path).lstat())

    @_answered
    def open(self, path: str, flags: int, attr: SFTPAttributes) -> SFTPHandle | int:
        """Open a file for reading or writing."""
        real = self._followed(path)
        if real.exists() and not stat.S_ISREG(real.stat().st_mode):
            return SFTP_NO_SUCH_FILE
        descriptor = os.open(real, flags | os.O_NOFOLLOW, attr.st_mode or 0o644)
        way = {os.O_RDONLY: "rb", os.O_WRONLY: "ab" if flags & os.O_APPEND else "wb"}
        file = os.fdopen(descriptor, way.get(flags & os.O_ACCMODE, "a+b" if flags & os.O_APPEND else "r+b"))
        return _Handle(flags, file, real)

    @_answered
    def remove(self, path: str) -> None:
        """Remove a file."""
        self._real(path).unlink()

    @_answered
    def rename(self, oldpath: str, newpath: str) -> int | None:
        """Rename; fails if the target exists, as the protocol asks."""
        target = self._real(newpath)
        if target.exists():
            return SFTP_FAILURE
        self._real(oldpath).rename(target)
        return None

    @_answered
    def posix_rename(self, oldpath: str, newpath: str) -> None:
        """Rename, replacing the target."""
        self._real(oldpath).replace(self._real(newpath))

    @_answered
    def mkdir(self, path: str, attr: SFTPAttributes) -> None:
        """Make a directory."""
        self._real(path).mkdir(attr.st_mode or 0o755)

    @_answered
    def rmdir(self, path: str) -> None:
        """Remove an empty directory."""
        self._real(path).rmdir()

    @_answered
    def chattr(self, path: str, attr: SFTPAttributes) -> None:
        """Set rights, times or size."""
        SFTPServer.set_file_attr(str(self._followed(path)), attr)


__all__ = ["EmbeddedServer", "main"]


class _KeysOnly(ServerInterface):
    def __init__(self, authorized: set[str]) -> None:
        self._authorized = authorized

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's face
        return "publickey"

    def check_auth_publickey(self, username: str, key: PKey) -> int:  # noqa: ARG002
        return AUTH_SUCCESSFUL if key.get_base64() in self._authorized else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002
        return OPEN_SUCCEEDED if kind == "session" else OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED


def _serve(connection: socket.socket, host_key: PKey, authorized: set[str], directory: Path) -> None:
    transport = Transport(connection)
    transport.add_server_key(host_key)
    transport.set_subsystem_handler("sftp", SFTPServer, Files, directory)
    try:
        transport.start_server(server=_KeysOnly(authorized))
    except (SSHException, EOFError, OSError):
        transport.close()  # a client that hung up or spoke no SSH is its own affair


def _accept(listener: socket.socket, host_key: PKey, authorized: set[str], directory: Path) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection, host_key, authorized, directory), daemon=True).start()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hervat.demo.sftp_server", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="what is served")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--host-key", type=Path, required=True)
    parser.add_argument("--authorized", type=Path, required=True, help="public keys, one a line")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    return parser.parse_args()


def main() -> None:
    """Serve until killed; print 'ready PORT' once connections are taken."""
    logging.getLogger("paramiko").addHandler(logging.NullHandler())  # that a client hangs up is no news
    given = _arguments()
    lines = given.authorized.read_text(encoding="utf-8").splitlines()
    authorized = {parts[1] for line in lines if len(parts := line.split()) >= 2}
    listener = socket.create_server(("127.0.0.1", given.port))
    serving = (listener, PKey.from_path(given.host_key), authorized, given.directory)
    threading.Thread(target=_accept, args=serving, daemon=True).start()
    sys.stdout.write(f"ready {listener.getsockname()[1]}\n")
    sys.stdout.flush()
    if given.with_parent:
        sys.stdin.read()
        os._exit(0)  # threads of open connections are not waited for
    threading.Event().wait()


if __name__ == "__main__":
    main()
