"""What all tests share: property tests that do not depend on the clock, and real databases for those that ask."""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from tests.support.mariadb import MariaServer
    from tests.support.postgres import Cluster

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.support.effort import examples
from tests.support.places import in_memory

# A sixth of the time of most tests went to looking for garbage among what was imported; see tests/support/site.
_SITE = str(Path(__file__).parent / "support" / "site")
os.environ["PYTHONPATH"] = os.pathsep.join([_SITE, *filter(None, [os.environ.get("PYTHONPATH")])])
gc.set_threshold(100_000, 50, 100)

_PREFECT = "HERVAT_TESTS_PREFECT"

_SLOW = [
    "demo_alive", "serve", "one_law", "erasure_every_statement", "demo", "fleet", "erasure_property_mariadb",
    "erasure_coverage", "erasure_erase", "erasure_property_placed", "erasure_spelled", "erasure_odd", "prefect",
    "automations", "erasure_stirred", "erasure_interrupted", "kills", "doctor", "approvals", "forms", "year", "alerts",
]  # fmt: skip
"""Test files that take a minute and more, the longest first."""

settings.register_profile(
    "ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True, max_examples=examples(100)
)
settings.load_profile("ci")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder of temporary files, and name that of Prefect's empty database (see tests/support/site).

    For all workers and all that they start.
    """
    if "TMPDIR" not in os.environ and (memory := in_memory()):
        os.environ["TMPDIR"] = str(memory)
        tempfile.tempdir = None  # it is asked anew
    if _PREFECT not in os.environ:
        folder = tempfile.mkdtemp(prefix="hervat-prefect-")
        os.environ[_PREFECT] = folder
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first: begun last, one of them would run alone at the end while the other workers wait."""
    ranks = {f"test_{name}": rank for rank, name in enumerate(_SLOW)}
    items.sort(key=lambda item: ranks.get(item.path.stem, len(ranks)))


def pytest_collection_finish() -> None:
    """Share what SQLAlchemy compiles, where a test has imported it."""
    if "sqlalchemy" in sys.modules:
        from tests.support.compiled import share_texts

        share_texts()


_BY_THEMSELVES = ("integration/register", "unit/expectations")
"""Folders whose tests are about what `made_once` spares the others."""


@pytest.fixture(autouse=True)
def _once(request: pytest.FixtureRequest) -> Iterator[None]:
    from tests.support.once import made_once

    folder = request.path.parent.as_posix()
    with nullcontext() if folder.endswith(_BY_THEMSELVES) else made_once():
        yield


@pytest.fixture(autouse=True, scope="session")
def _forget() -> Iterator[None]:
    from tests.support.once import forget

    yield
    forget()


@pytest.fixture(autouse=True, scope="session")
def _answers() -> Iterator[list[str]]:
    from tests.support.outputs import answers_checked

    with answers_checked() as mistakes:
        yield mistakes


@pytest.fixture(autouse=True)
def _answers_as_published(_answers: list[str]) -> Iterator[None]:
    """No test passes when a command's --json was not as its schema says."""
    yield
    mistakes = list(_answers)
    _answers.clear()
    assert not mistakes, "\n".join(mistakes)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator["Cluster"]:
    from tests.support.postgres import Cluster

    cluster = Cluster()
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture
def postgres_url(postgres_cluster: "Cluster") -> Iterator[str]:
    """An empty database of its own on a private PostgreSQL cluster."""
    yield (url := postgres_cluster.create())
    postgres_cluster.drop(url)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator["MariaServer"]:
    from tests.support.mariadb import MariaServer

    with MariaServer() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb_server: "MariaServer") -> Iterator[str]:
    """An empty database of its own on a private MariaDB server."""
    yield (url := mariadb_server.create())
    mariadb_server.drop(url)


@pytest.fixture
def open_path() -> Iterator[Path]:
    """A folder that other accounts can come to, where they can not write."""
    with tempfile.TemporaryDirectory(prefix="hervat-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def facts_with_lines() -> Iterator[None]:
    """The test commits no fact about a person without a line in the journal: by these a night knows what changed."""
    from tests.support.facts import facts_watched

    with facts_watched() as unsaid:
        yield
    assert not unsaid, unsaid
