"""A real mail server for tests: Exim on a free port of 127.0.0.1, with a configuration, spool and mailboxes of its own.

Mail for anybody@party.test is kept as it came, one file a mail. nobody@ has no mailbox (550 5.1.1), busy@ is greylisted
(451), full@ takes the address and refuses the mail (552 5.2.2). STARTTLS under `ca`; AUTH for gemeente / geheim.
"""

import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.certificates import authority, issued

_CONFIG = """\
exim_user = {user}
exim_group = {group}
primary_hostname = mail.test
spool_directory = {root}/spool
log_file_path = {root}/log/%slog
pid_file_path = {root}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
tls_on_connect_ports = {tls_port}
tls_certificate = {root}/server.pem
tls_privatekey = {root}/server.key
tls_advertise_hosts = *
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
message_size_limit = 5M
acl_smtp_rcpt = rcpt
acl_smtp_data = data
never_users =
begin acl
rcpt:
  deny local_parts = nobody
       message = 550 5.1.1 there is no nobody here: {secret}
  defer local_parts = busy
        message = 451 4.7.1 come again later
  deny local_parts = members
       !authenticated = *
       message = 550 5.7.1 who are you
  accept domains = party.test
  deny message = 550 5.7.1 no relaying
data:
  deny condition = ${{if match{{$recipients}}{{full@}}}}
       message = 552 5.2.2 mailbox full
  accept
begin routers
here:
  driver = accept
  domains = party.test
  transport = box
begin transports
box:
  driver = appendfile
  directory = {root}/box
  envelope_to_add
  user = {user}
  group = {group}
begin retry
* * F,1h,1m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{{{eq{{$auth2}}{{gemeente}}}}{{eq{{$auth3}}{{geheim}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""
SECRET = "wat de server erbij zegt"


class Exim:
    """A context manager; `port` speaks STARTTLS, `tls_port` TLS from the first byte."""

    host = "localhost"

    def __enter__(self) -> Self:
        self.root = Path(tempfile.mkdtemp(prefix="hervat-exim-"))
        self.port, self.tls_port = _free_port(), _free_port()
        key = authority(self.root, "ca")
        self.ca = self.root / "ca.pem"
        issued(self.root, "server", key, self.ca, "localhost")
        user = "Debian-exim" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
        for folder in ("spool", "log", "box"):
            (self.root / folder).mkdir()
        config = self.root / "exim.conf"
        names = {"user": user, "group": group, "root": self.root, "port": f"{self.port} : {self.tls_port}"}
        config.write_text(_CONFIG.format(**names, tls_port=self.tls_port, secret=SECRET))
        if os.getuid() == 0:
            for path in (self.root, *self.root.rglob("*")):
                if path != config:
                    shutil.chown(path, user, group)
        self._process = subprocess.Popen(
            [shutil.which("exim4") or "/usr/sbin/exim4", "-C", str(config), "-bdf"], stderr=subprocess.PIPE, text=True
        )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate()
        shutil.rmtree(self.root, ignore_errors=True)

    def mails(self, name: str, count: int = 1) -> list[bytes]:
        """Return the mails in a mailbox of party.test; wait until there are so many."""
        mark, found = f"Envelope-to: {name}@party.test\n".encode(), list[bytes]()
        for _ in range(200):
            paths = sorted((self.root / "box").glob("q*"), key=lambda path: path.stat().st_mtime_ns)
            found = [data for path in paths if mark in (data := path.read_bytes())]
            if len(found) >= count:
                break
            time.sleep(0.02)
        return [_as_sent(data) for data in found]

    def _wait(self) -> None:
        for _ in range(1500):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self._process.poll() is not None:
                raise RuntimeError(
                    "exim did not start: " + (self._process.stderr.read() if self._process.stderr else "")
                )
            time.sleep(0.02)
        raise RuntimeError("exim does not answer")


def _as_sent(data: bytes) -> bytes:
    """Return a mail as it was handed over: without what the server put before it, and with the ends of lines of SMTP."""
    lines = data.split(b"\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(b"From: "))
    return b"\r\n".join(lines[start:])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
