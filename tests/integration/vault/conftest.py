"""What the tests of the vault share: a town that is built once a file and put back after each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.town import Town


@pytest.fixture
def town(built: tuple[Path, Town]) -> Iterator[Town]:
    """The town as `built` of the file made it; what a test does to it is undone."""
    place, town = built
    shutil.copytree(place, place.with_name("fresh"))
    yield town
    town.engine.dispose()
    shutil.rmtree(place)
    place.with_name("fresh").rename(place)
