"""Each test of erasure runs on SQLite, on PostgreSQL and on MariaDB."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dossiers import Base, fill, make_schema, sqlite_base
from tests.support.mariadb import MariaServer
from tests.support.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    if request.param == "sqlite":
        yield sqlite_base(tmp_path)
        return
    server = request.getfixturevalue("mariadb_server" if request.param == "mariadb" else "postgres_cluster")
    yield from _base_on(server, server.create())


@pytest.fixture
def on_postgresql(postgres_cluster: Cluster) -> Iterator[Base]:
    """An empty database for what PostgreSQL alone has."""
    yield from _base_on(postgres_cluster, postgres_cluster.create())


@pytest.fixture
def base(empty: Base, request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    """A database with the made-up dossiers: a copy of one that was filled before, but on MariaDB."""
    if empty.is_sqlite:
        shutil.copyfile(request.getfixturevalue("_filled_file"), tmp_path / "local.db")
    elif empty.is_mariadb:
        make_schema(empty)
        fill(empty)
    else:
        request.getfixturevalue("postgres_cluster").replace(empty.url, _filled)
    return empty


@pytest.fixture(scope="session")
def _filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dossiers")
    _filled(sqlite_base(folder).url)
    return folder / "local.db"


def _filled(url: str) -> None:
    base = Base(url)
    make_schema(base)
    fill(base)
    base.engine.dispose()


def _base_on(server: Cluster | MariaServer, url: str) -> Iterator[Base]:
    """Give a database of a server, and remove it afterwards: hundreds of them would fill the memory they are in."""
    base = Base(url)
    yield base
    base.engine.dispose()
    server.drop(url)
