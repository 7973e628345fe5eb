from pathlib import Path

import pytest

from tests.support.delivery_world import DeliveryWorld


@pytest.fixture(scope="session")
def register_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty register, to be copied: making its tables takes a while."""
    world = DeliveryWorld(tmp_path_factory.mktemp("template"))
    world.register.close()
    return world.folder / "register.db"
