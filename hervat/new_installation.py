"""A new installation (`hervat init`): a commented configuration and keys, never over existing ones."""

import json
from pathlib import Path
from typing import Any

from hervat.errors import UsageError
from hervat.masters import new_master
from hervat.shipped import shipped

DEMO_MARKER = ".hervat-demo"
"""The file in a folder that `hervat demo` made, and may empty."""


SCHEMA = "hervat.schema.json"
"""The schema beside hervat.yaml, which the first line of that names for the editor."""


def write_installation(directory: Path, schema: dict[str, Any]) -> list[Path]:
    """Write hervat.yaml with its schema, and var/keys.json, into `directory`. Return them.

    schema: the JSON Schema of hervat.yaml; one from an earlier version is replaced. Raises UsageError if one of the
    other two exists.
    """
    directory = directory.expanduser().absolute()
    configuration, keys = directory / "hervat.yaml", directory / "var" / "keys.json"
    there = [str(path) for path in (configuration, keys) if path.exists()]
    if there:
        told = f"{' and '.join(there)} exist" if len(there) > 1 else f"{there[0]} exists"
        raise UsageError(f"{told} already and nothing is overwritten; choose another directory")
    template = shipped("installation", "installation/hervat.yaml", directory).read_text(encoding="utf-8")
    try:
        keys.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (directory / "incoming").mkdir(mode=0o700, exist_ok=True)  # the source that the template begins with
        _write(keys, new_master())
        _write(configuration, template)
        (directory / SCHEMA).write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{directory} can't be written ({type(error).__name__}); correct its rights") from None
    return [configuration, keys, directory / SCHEMA]


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text, encoding="utf-8")
