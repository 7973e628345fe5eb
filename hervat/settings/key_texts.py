"""The texts below the keys of a part of the configuration, read from its source."""

import ast
import inspect
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel


def key_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each key that has one, by the key's name in Python."""
    texts: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if issubclass(part, BaseModel) and part is not BaseModel:
            texts |= _in_file(inspect.getfile(part)).get(part.__name__, {})
    return texts


@cache
def _in_file(file: str) -> dict[str, dict[str, str]]:
    """Return the texts below the keys of each class of a file."""
    tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    return {defined.name: _below_keys(defined) for defined in tree.body if isinstance(defined, ast.ClassDef)}


def _below_keys(defined: ast.ClassDef) -> dict[str, str]:
    return {
        key.target.id: inspect.cleandoc(text.value.value)
        for key, text in pairwise(defined.body)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
