"""A real pgbouncer before a private PostgreSQL cluster, in any of its pool modes."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.support.places import server_home
from tests.support.postgres import free_port

_PATIENCE_SECONDS = 60


@contextmanager
def pgbouncer(url: str, *settings: str) -> Iterator[str]:
    """Yield the URL of a pool on the database of `url`; settings: as name = value."""
    server, database = url.rsplit("/", 1)
    home, port = server_home("hervat-pool-"), free_port()
    (home / "users").write_text('"postgres" ""\n')
    (home / "pool.ini").write_text("\n".join([
        "[databases]", f"pool = host=127.0.0.1 port={server.rpartition(':')[2]} dbname={database}",
        "[pgbouncer]", "listen_addr = 127.0.0.1", f"listen_port = {port}", "unix_socket_dir =",
        "auth_type = trust", f"auth_file = {home}/users", "ignore_startup_parameters = extra_float_digits,options",
        *settings, "",
    ]))  # fmt: skip
    process = subprocess.Popen(
        ["/usr/sbin/pgbouncer", str(home / "pool.ini")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **_as(home),
    )
    try:
        _wait(f"postgresql://postgres@127.0.0.1:{port}/pool")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/pool"
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def _as(home: Path) -> dict[str, object]:
    """It refuses to run as root."""
    if os.getuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    os.chown(home, owner.pw_uid, owner.pw_gid)
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _wait(address: str) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("pgbouncer does not answer")
