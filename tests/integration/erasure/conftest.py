"""Each test of cleaning runs on SQLite, on PostgreSQL and on MariaDB."""

from pathlib import Path

import pytest

from tests.support.dossiers import Base, fill, make_schema, sqlite_base
from tests.support.postgres import Cluster


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    if request.param == "sqlite":
        return sqlite_base(tmp_path)
    if request.param == "mariadb":
        return Base(request.getfixturevalue("mariadb_server").create())
    return Base(request.getfixturevalue("postgres_cluster").create())


@pytest.fixture
def on_postgresql(postgres_cluster: Cluster) -> Base:
    """An empty database for what PostgreSQL alone has."""
    return Base(postgres_cluster.create())


@pytest.fixture
def base(empty: Base) -> Base:
    make_schema(empty)
    fill(empty)
    return empty
