"""Each test of cleaning runs on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.support.dossiers import Base, fill, make_schema, sqlite_base


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Base:
    if request.param == "sqlite":
        return sqlite_base(tmp_path)
    return Base(request.getfixturevalue("postgres_cluster").create())


@pytest.fixture
def base(empty: Base) -> Base:
    make_schema(empty)
    fill(empty)
    return empty
