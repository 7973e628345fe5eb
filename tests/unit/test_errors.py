"""The tree of exceptions in `hervat.errors` names every exception class, under its parent, with its module."""

import ast
import re

from hervat import errors
from tests.support.house import modules, parsed, statements

BUILT_IN = {"Exception", "ValueError", "OSError"}
PARENT_AND_MODULE = dict[str, tuple[str, str]]


def _classes() -> PARENT_AND_MODULE:
    """Return class -> (first base, module) of all classes with a base."""
    found = {}
    for module, file in modules().items():
        for node in statements(parsed(file)):
            if isinstance(node, ast.ClassDef) and node.bases:
                found[node.name] = (ast.unparse(node.bases[0]), module)
    return found


def _exceptions() -> PARENT_AND_MODULE:
    classes = _classes()

    def is_exception(name: str) -> bool:
        return name in BUILT_IN or (name in classes and is_exception(classes[name][0]))

    return {name: place for name, place in classes.items() if is_exception(name) and not name.startswith("_")}


def test_the_tree_names_every_exception_under_its_parent():
    drawn, above = {}, {0: "Exception"}
    for bars, name, module in re.findall(r"^    ([|` -]*)(\w+) +([a-z_.]+)", errors.__doc__ or "", re.MULTILINE):
        depth = len(bars) // 4 + 1
        above[depth] = name
        drawn[name] = (above[depth - 1], module)
    drawn |= {name: ("", module) for name, module in re.findall(r"(\w+) \((hervat[a-z_.]+)\)", errors.__doc__ or "")}
    real = _exceptions()
    ours = {name for name, (parent, _) in real.items() if parent not in BUILT_IN} | {"HervatError"}
    assert drawn == {name: (parent if name in ours else "", module) for name, (parent, module) in real.items()}
