"""The script that makes the databases of the compose file, on a real PostgreSQL."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "databases.sh"
PASSWORDS = {"register_password": "a'b \"c\n", "prefect_password": "$(id)\\\n"}


def run(cluster, secrets):
    environment = os.environ | {
        "SECRETS_DIRECTORY": str(secrets), "POSTGRES_USER": "postgres", "PGHOST": "127.0.0.1", "PGPORT": str(cluster.port),
    }  # fmt: skip
    return subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, timeout=120, check=False)


def superuser(cluster):
    address = f"host=127.0.0.1 port={cluster.port} user=postgres dbname=postgres"
    return psycopg.connect(address, autocommit=True)


@pytest.fixture
def secrets(postgres_cluster, tmp_path):
    for name, password in PASSWORDS.items():
        (tmp_path / name).write_text(password)
    yield tmp_path
    with superuser(postgres_cluster) as connection:
        for name in ("hervat", "prefect"):
            connection.execute(f"drop database if exists {name} with (force)")
            connection.execute(f"drop role if exists {name}")


def test_each_has_its_own_password_and_its_own_database(postgres_cluster, secrets):
    done = run(postgres_cluster, secrets)
    assert done.returncode == 0, done.stderr
    for name, file in {"hervat": "register_password", "prefect": "prefect_password"}.items():
        postgres_cluster.password_asked(name)
        address = {"host": "127.0.0.1", "port": postgres_cluster.port, "user": name}
        with psycopg.connect(**address, dbname=name, password=PASSWORDS[file].rstrip("\n")) as connection:
            connection.execute("create table t (i int)")
        for other in ("hervat", "prefect"):
            if other != name:
                with pytest.raises(psycopg.OperationalError, match="permission denied"):
                    psycopg.connect(**address, dbname=other, password=PASSWORDS[file].rstrip("\n"))


def test_without_a_password_nothing_is_made(postgres_cluster, secrets):
    (secrets / "prefect_password").write_text("\n")
    assert run(postgres_cluster, secrets).returncode == 1
    (secrets / "prefect_password").unlink()
    assert run(postgres_cluster, secrets).returncode == 1
    with superuser(postgres_cluster) as connection:
        made = connection.execute("select rolname from pg_roles where rolname in ('hervat', 'prefect')")
        assert made.fetchall() == []
