"""A real MariaDB for the tests: a private server in a temporary folder, on its own socket and a free loopback port."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql

from tests.support.places import server_home

_QUICK = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=32M",
    "--skip-log-bin",
    "--debug-no-sync",
    "--skip-sync-frm",
    "--skip-name-resolve",
    "--max-connections=60",
)
_PATIENCE_SECONDS = 60
_PASSWORD = "proef"


class MariaServer:
    """One server for a test run. `create` gives a new, empty database in it, of the account `hervat`."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._home: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Make the server's folder, start it and wait until it answers."""
        self._home = server_home("hervat-my-")
        self.port = _free_port()
        if os.getuid() == 0:
            owner = pwd.getpwnam("mysql")
            os.chown(self._home, owner.pw_uid, owner.pw_gid)
        data = f"--datadir={self._home / 'data'}"
        install = [_binary("mariadb-install-db"), "--no-defaults", data, "--auth-root-authentication-method=normal"]
        made = subprocess.run([*install, "--skip-test-db"], check=False, capture_output=True, **self._as_mysql())
        if made.returncode:
            raise RuntimeError(f"MariaDB's folder could not be made: {made.stderr[-600:]!r} {made.stdout[-600:]!r}")
        places = [f"--socket={self._home / 'socket'}", f"--pid-file={self._home / 'pid'}"]
        # A server of its own folder for temporary tables: at its start one removes what it finds there.
        places.append(f"--tmpdir={self._home / 'data'}")
        network = ["--bind-address=127.0.0.1", f"--port={self.port}"]
        command = [_binary("mariadbd"), "--no-defaults", data, *places, *network, *_QUICK, *self._options]
        with (self._home / "log").open("wb") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log, **self._as_mysql())
        self._wait()

    def stop(self) -> None:
        """End the server at once and remove everything of it."""
        if self._server and self._server.poll() is None:
            self._server.kill()
            self._server.wait(30)
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)
        self._server = self._home = None

    def create(self, collation: str = "utf8mb4_general_ci") -> str:
        """Return the SQLAlchemy URL of a new, empty database; its account may do everything there."""
        self._made += 1
        name = f"test_{self._made}"
        rights = (f"all privileges on {name}.*", "process on *.*")
        return self.account(
            name, "hervat", *rights, first=f"create database {name} character set utf8mb4 collate {collation}"
        )

    def drop(self, url: str) -> None:
        """Remove a database that `create` gave."""
        self.sql("set foreign_key_checks = 0", f"drop database if exists {url.rpartition('/')[2]}")

    def account(self, database: str, user: str, *grants: str, first: str = "") -> str:
        """Return the URL of a database for an account that is made, if it is not there, with these rights."""
        account = f"{user}@'127.0.0.1'"
        made = f"create user if not exists {account} identified by '{_PASSWORD}'"
        self.sql(*filter(None, [first, made]), *[f"grant {grant} to {account}" for grant in grants])
        return f"mariadb+pymysql://{user}:{_PASSWORD}@127.0.0.1:{self.port}/{database}"

    def sql(self, *statements: str) -> list[tuple[Any, ...]]:
        """Execute statements as the server's root and return the rows of the last."""
        with self._connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def learn_dutch_time(self) -> None:
        """Load the time zone of the Netherlands, as the keeper of a server does."""
        if self.sql("select convert_tz('2022-01-01', '+00:00', 'Europe/Amsterdam')") == [(None,)]:
            zone = "/usr/share/zoneinfo/Europe/Amsterdam"
            command = [_binary("mariadb-tzinfo-to-sql"), zone, "Europe/Amsterdam"]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            self.sql("use mysql", *(one for one in told.split(";\n") if one.strip()))

    def _connect(self) -> "pymysql.Connection[Any]":
        socket_file = str((self._home or Path()) / "socket")
        return pymysql.connect(unix_socket=socket_file, user="root", autocommit=True)

    def _as_mysql(self) -> dict[str, Any]:
        clean = {"cwd": self._home, "env": {"PATH": f"{os.environ['PATH']}:/usr/sbin", "LC_ALL": "C.UTF-8"}}
        if os.getuid() != 0:
            return clean
        return {**clean, "user": "mysql", "group": "mysql", "extra_groups": []}

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                self._connect().close()
            except pymysql.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the test server does not answer")


def _binary(name: str) -> str:
    """Return the path of a program of MariaDB: Debian keeps the server out of a user's PATH."""
    path = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    if not path:
        raise FileNotFoundError(f"these tests need MariaDB's {name}")
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
