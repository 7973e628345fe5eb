"""The texts below the keys of a part of the configuration, read from its source."""

import ast
import inspect
from itertools import pairwise
from textwrap import dedent

from pydantic import BaseModel


def key_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return the text below each key that has one, by the key's name in Python."""
    texts: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if issubclass(part, BaseModel) and part is not BaseModel:
            texts |= _own_texts(part)
    return texts


def _own_texts(part: type[BaseModel]) -> dict[str, str]:
    (defined,) = ast.parse(dedent(inspect.getsource(part))).body
    assert isinstance(defined, ast.ClassDef)  # noqa: S101 - the source of a class is one
    return {
        key.target.id: inspect.cleandoc(text.value.value)
        for key, text in pairwise(defined.body)
        if isinstance(key, ast.AnnAssign)
        and isinstance(key.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
