"""Reading YAML: environment variables filled in, keys given twice refused, every problem named with a fix, no value."""

import os
import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from hervat.errors import ConfigurationError, Problem
from hervat.settings.base import NAMED

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


_FIXES = {
    "missing": "add this key",
    "string_type": "write it as text, between quotes",
    "string_pattern_mismatch": "write {pattern}",
    "literal_error": "write one of {expected}",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "list_type": "write a list, each item behind a '-'",
    "dict_type": "write a mapping, `key: value`",
    "model_type": "write a mapping, `key: value`",
    "bool_parsing": "write true or false",
    "too_short": "give at least one",
    "date_type": "write a day, as YYYY-MM-DD",
    "date_from_datetime_parsing": "write a day, as YYYY-MM-DD",
    "date_from_datetime_inexact": "write a day, as YYYY-MM-DD",
}
_OF_NAMES = "write letters, digits, dots, dashes and underscores, 63 at most, the first a letter or digit"


def problems_of(error: ValidationError, model: type[BaseModel], file: str) -> list[Problem]:
    """Return each mistake that pydantic found in `file`, in our words."""
    return [_problem(item, model, file) for item in error.errors(include_url=False, include_input=False)]


def _problem(item: Any, model: type[BaseModel], file: str) -> Problem:
    key, kind, said = _dotted(item["loc"]), item["type"], item["msg"].removeprefix("Value error, ")
    if item.get("ctx", {}).get("pattern") == NAMED:
        return Problem(file, key, "this is not a valid name", _OF_NAMES)
    if kind == "extra_forbidden":
        return Problem(file, key, "there is no such key", _suggestion(model, item["loc"]))
    fix = _FIXES.get(kind, "correct it as stated").format_map(_Blank(item.get("ctx", {})))
    wrong = "this key is missing" if kind == "missing" else said
    return Problem(file, key or "-", wrong, fix)


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return key


def _dotted(location: Iterable[int | str]) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in location]
    return "".join(parts).removeprefix(".")


def _suggestion(model: type[BaseModel], location: Sequence[int | str]) -> str:
    current: type[BaseModel] | None = model
    for part in location[:-1]:
        current = _inner(current, part) if current and isinstance(part, str) else current
    names = [field.alias or name for name, field in current.model_fields.items()] if current else []
    near = get_close_matches(str(location[-1]), names, 1, 0.6)
    return f"did you mean {near[0]}?" if near else f"the keys here are: {', '.join(names)}"


def _inner(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return _first_model(field.annotation)
    return None


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _first_model(part))), None)
