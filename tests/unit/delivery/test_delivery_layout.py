from pathlib import Path
from typing import Any

import pytest
import yaml

from hervat.delivery import read_layout
from hervat.errors import ConfigurationError

PLAIN: dict[str, Any] = {
    "name": "eigen",
    "version": "1",
    "provisional": False,
    "root": "swi",
    "record": "persoon",
    "kenmerken": [{"name": "bsn", "type": "bsn", "mandatory": True}],
}


def layout(folder: Path, **changes: Any) -> Any:
    (folder / "eigen.yaml").write_text(yaml.safe_dump({**PLAIN, **changes}), encoding="utf-8")
    return read_layout("eigen.yaml", folder)


def test_the_layout_that_ships_says_that_it_is_provisional(tmp_path: Path) -> None:
    shipped = read_layout("swi-provisional.yaml", tmp_path)
    assert shipped.provisional
    assert [one.name for one in shipped.kenmerken if one.mandatory] == ["bsn"]


def test_a_gemeente_replaces_it_by_a_file_of_its_own(tmp_path: Path) -> None:
    assert layout(tmp_path).tag("swi") == "swi"
    assert layout(tmp_path, namespace="urn:x").tag("swi") == "{urn:x}swi"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kenmerken": []}, "kenmerken"),
        ({"kenmerken": [{"name": "datum", "type": "date"}]}, "bsn"),
        ({"kenmerken": [{"name": "bsn", "type": "bsn"}]}, "mandatory"),
        ({"kenmerken": [*PLAIN["kenmerken"], *PLAIN["kenmerken"]]}, "twice"),
        ({"kenmerken": [*PLAIN["kenmerken"], {"name": "route", "type": "code"}]}, "codes"),
        ({"kenmerken": [*PLAIN["kenmerken"], {"name": "x", "type": "date", "length": 3}]}, "length"),
        ({"kenmerken": [*PLAIN["kenmerken"], {"name": "x", "type": "integer", "minimum": 3, "maximum": 1}]}, "maximum"),
        ({"kenmerken": [*PLAIN["kenmerken"], {"name": "<x>", "type": "date"}]}, "name"),
        ({"root": "a b"}, "root"),
        ({"namespace": 'x"><y'}, "namespace"),
        ({"header": {"gemeente": "secret"}}, "header"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_layout_is_refused_by_name(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        layout(tmp_path, **changes)
