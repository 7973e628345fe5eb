"""The demo's SSH/SFTP server, in a process of its own: a real host key, key authentication only, one directory.

For a demonstration and for tests on one machine: it listens on 127.0.0.1 and is not hardened for anything else.
"""

import argparse
import logging
import os
import socket
import sys
import threading
from pathlib import Path

from paramiko import PKey, ServerInterface, SFTPServer, SSHException, Transport
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_SUCCEEDED,
)

from hervat.demo.embedded import EmbeddedServer
from hervat.demo.sftp_files import Files

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
