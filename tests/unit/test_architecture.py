"""docs/architecture.md keeps to the house: its picture is of today, and every name and path in it exists."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from tests.support.house import PAGE, drawn, floors

ROOT = Path(__file__).parents[2]


def test_the_picture_is_of_today() -> None:
    """If not: `make house`."""
    assert drawn(PAGE.read_text()) == PAGE.read_text()


def test_every_room_is_in_the_contract() -> None:
    there = {path.stem for path in (ROOT / "hervat").iterdir() if path.stem not in ("__init__", "__pycache__", "py")}
    assert {room for floor in floors() for room in floor} >= {one for one in there if not one.startswith("_")}


def test_every_name_exists() -> None:
    names = re.findall(r"`((?:hervat|expectations|tasks)(?:\.\w+)+)`", PAGE.read_text())
    assert len(names) > 15
    for name in names:
        module, _, thing = name.rpartition(".")
        assert hasattr(import_module(module), thing) or find_spec(name) is not None, name


def test_every_path_exists() -> None:
    paths = re.findall(r"`((?:hervat|tasks|flows|expectations|config|tests)/[\w./-]*)`", PAGE.read_text())
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
