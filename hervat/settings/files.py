"""Reading YAML: environment variables filled in, keys given twice refused, every problem named."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from hervat.errors import ConfigurationError, Problem

_TRUTH = "tag:yaml.org,2002:bool"
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is four times as fast; not every PyYAML has it


class _Loader(_Safe):  # type: ignore[misc]
    """PyYAML's safe loader, but a key given twice is an error instead of the last one winning."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if key_node.tag == _TRUTH and key_node.value.lower() not in ("true", "false"):
            key_node.tag = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG  # YAML 1.1 reads the key `on` as true
        key = loader.construct_object(key_node, deep=True)
        if key in seen:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is here twice", key_node.start_mark)
        seen.add(key)
    mapping: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> Any:
    """Return the content of a YAML file. Raises ConfigurationError naming file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise ConfigurationError(
            [Problem(str(path), "-", "there is no such file", "`hervat init DIR` writes one")]
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            [
                Problem(
                    str(path), "-", f"can't be read ({type(error).__name__})", "correct its rights, or save it as UTF-8"
                )
            ]
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "-"
        said = getattr(error, "problem", None) or "this is not valid YAML"
        raise ConfigurationError([Problem(str(path), line, said, "correct the YAML there")]) from None


def filled(value: Any, key: str, file: str, problems: list[Problem]) -> Any:
    """Return `value` with each `${NAME}` replaced from the environment; a missing one becomes a problem."""
    if isinstance(value, dict):
        return {k: filled(v, f"{key}.{k}" if key else str(k), file, problems) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(item, f"{key}[{index}]", file, problems) for index, item in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in os.environ:
            problems.append(Problem(file, key, f"the environment variable {name} is not set", f"set {name}"))
    return _VARIABLE.sub(lambda match: os.environ.get(match[1], match[0]), value)
