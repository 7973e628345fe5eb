"""What all tests share: property tests that do not depend on the clock, and real databases for those that ask."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parents[1]))

_SLOW = ["serve", "demo_alive", "fleet", "demo", "automations", "prefect", "kills", "forms", "doctor", "alerts"]
"""Test files of tests/end_to_end that take minutes, the longest first."""

settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first: begun last, one of them would run alone at the end while the other workers wait."""
    ranks = {f"test_{name}": rank for rank, name in enumerate(_SLOW)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[object]:
    from tests.support.postgres import Cluster

    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: object) -> str:
    """An empty database of its own on a private PostgreSQL cluster."""
    return postgres_cluster.create()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[object]:
    from tests.support.mariadb import MariaServer

    with MariaServer() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb_server: object) -> str:
    """An empty database of its own on a private MariaDB server."""
    return mariadb_server.create()  # type: ignore[attr-defined]


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that other accounts can come to, where they can not write."""
    with tempfile.TemporaryDirectory(prefix="hervat-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
