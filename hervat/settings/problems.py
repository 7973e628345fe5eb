"""pydantic's errors about a wrong configuration as problems with a fix: never the value."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from hervat.errors import Problem
from hervat.settings.base import NAMED

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
