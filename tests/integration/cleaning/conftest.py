"""Each test of cleaning runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.dossiers import Base, fill, make_schema, sqlite_base
from tests.support.postgres import Cluster


@pytest.fixture(scope="session")
def cleaning_cluster() -> Iterator[Cluster]:
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    if request.param == "sqlite":
        return sqlite_base(tmp_path)
    return Base(request.getfixturevalue("cleaning_cluster").create())


@pytest.fixture
def base(empty: Base) -> Base:
    make_schema(empty)
    fill(empty)
    return empty
