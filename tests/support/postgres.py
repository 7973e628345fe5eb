"""A real PostgreSQL for the tests: a private cluster in a temporary folder, on a free loopback port."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg import sql

from tests.support.places import server_home

_QUICK = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "max_wal_size=64MB", "autovacuum=off", "jit=off", "max_connections=60",
)  # fmt: skip
_PATIENCE_SECONDS = 60


class Cluster:
    """One cluster for a test run. `create` gives a new, empty database in it; `settings`: more, as name=value."""

    def __init__(self, *settings: str) -> None:
        self._settings = (*_QUICK, *settings)
        self._home: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._made = 0
        self._models: dict[Callable[[str], object], str] = {}
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The process of the server."""
        assert self._server is not None
        return self._server.pid

    def start(self) -> None:
        """Make the cluster and wait until it answers."""
        self._home = server_home("hervat-pg-")
        self.port = free_port()
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._home, owner.pw_uid, owner.pw_gid)
        data = self._home / "data"
        initdb = [_binary("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, **self._as_postgres())
        options = ["-D", str(data), "-p", str(self.port), "-h", "127.0.0.1", "-k", str(self._home)]
        quick = [part for option in self._settings for part in ("-c", option)]
        with (self._home / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [_binary("postgres"), *options, *quick], stdout=log, stderr=log, **self._as_postgres()
            )
        self._wait()

    def stop(self) -> None:
        """End the server at once and remove everything of it."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(30)
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)
        self._server = self._home = None

    def create(self) -> str:
        """Return the SQLAlchemy URL of a new, empty database."""
        self._made += 1
        name = f"test_{self._made}"
        self._make(name, "template1")
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def copy(self, url: str) -> str:
        """Return the URL of a copy of a database to which nobody is connected."""
        self._made += 1
        self._make(name := f"test_{self._made}", url.rpartition("/")[2])
        return f"{url.rpartition('/')[0]}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database that `create` gave, whoever is still connected to it."""
        with self._connect() as connection:
            name = sql.Identifier(url.rpartition("/")[2])
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))

    def replace(self, url: str, fill: Callable[[str], object]) -> None:
        """Put a copy of the database that this function fills in the place of one; it is filled once."""
        if fill not in self._models:
            fill(model := self.create())
            self._models[fill] = model.rpartition("/")[2]
        self.drop(url)
        self._make(url.rpartition("/")[2], self._models[fill])

    def _make(self, name: str, like: str) -> None:
        made = sql.SQL("create database {} template {} strategy file_copy")
        with self._connect() as connection:
            connection.execute(made.format(sql.Identifier(name), sql.Identifier(like)))

    def fresh_database(self) -> str:
        """Return what `create` returns."""
        return self.create()

    def account(self, user: str, password: str) -> None:
        """Make an account that must give a password, as on a server of a gemeente; all others are trusted here."""
        with self._connect() as connection:
            name = sql.Identifier(user)
            connection.execute(sql.SQL("create role {} login password {}").format(name, sql.Literal(password)))
        self.password_asked(user)

    def password_asked(self, user: str) -> None:
        """Trust an account no longer: it must give its password."""
        with self._connect() as connection:
            (file,) = connection.execute("show hba_file").fetchone() or ("",)
            hba = Path(file)
            hba.write_text(f"host all {user} all scram-sha-256\n{hba.read_text()}")
            connection.execute("select pg_reload_conf()")

    def sql(self, url: str, *statements: str) -> None:
        """Execute statements as the superuser in the database of a URL that `create` gave."""
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True)

    def _as_postgres(self) -> dict[str, Any]:
        clean = {"cwd": self._home, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}}
        if os.getuid() != 0:
            return clean
        return {**clean, "user": "postgres", "group": "postgres", "extra_groups": []}

    def _wait(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the test cluster does not answer")


def _binary(name: str) -> str:
    """Return the newest PostgreSQL binary of that name: Debian keeps them out of the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if not path:
        raise FileNotFoundError(f"these tests need PostgreSQL's {name}")
    return path


def free_port() -> int:
    """Return a free loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
