"""The house as a picture: the rooms of `hervat` in the order of the contract, with what each imports, as Mermaid.

`make house` writes it into docs/architecture.md.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
OUTER = ("flows", "tasks", "expectations")
"""Rooms of hervat in folders of their own beside it; inside it they are links."""
_BETWEEN = re.compile(r"(?<=<!-- house -->\n).*?(?=<!-- /house -->)", re.DOTALL)


def modules() -> dict[str, Path]:
    """Return every file of the house by the name of its module."""
    found = {}
    for folder in ("hervat", *OUTER):
        for path in (ROOT / folder).rglob("*.py"):  # follows no links
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts if folder == "hervat" else ("hervat", *parts)).removesuffix(".__init__")] = path
    return found


@cache
def parsed(path: Path) -> ast.Module:
    """Return the tree of a file, parsed once a process."""
    return ast.parse(path.read_text(encoding="utf-8"))


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements in a tree, the inner ones too; `ast.walk` takes ten times as long over the expressions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            yield from statements(child)


def floors() -> list[list[str]]:
    """Return the rooms, the highest floor first, as import-linter holds them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == ["hervat"])
    return [re.split(r"\s*\|\s*", layer) for layer in layers]


@cache
def imports() -> dict[str, set[str]]:
    """Return for each room the rooms that it imports."""
    rooms = {room for floor in floors() for room in floor}
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for module, path in modules().items():
        room = f"{module}.".split(".")[1]
        for node in statements(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hervat"):
                parts = node.module.split(".")
                named = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
                found.setdefault(room, set()).update({one for one in named if one in rooms and one != room})
    return found


def _above(room: str) -> set[str]:
    return imports()[room] | {deeper for one in imports()[room] for deeper in _above(one)}


def picture() -> str:
    """Return the picture: an arrow that follows from others is left out, and so are the files that all use."""
    *upper, _files, _words = floors()
    lines = ["```mermaid", "flowchart TD"]
    for number, floor in enumerate(upper):
        lines += [f"  subgraph f{number}[ ]", "    direction LR", *(f"    {room}" for room in sorted(floor)), "  end"]
    drawn = {room for floor in upper for room in floor}
    for room in sorted(drawn):
        nearest = imports()[room] - {deeper for one in imports()[room] for deeper in _above(one)}
        lines += [f"  {room} --> {target}" for target in sorted(nearest & drawn)]
    return "\n".join([*lines, "```", ""])


def drawn(page: str) -> str:
    """Return the page with the picture of today in it."""
    return _BETWEEN.sub(picture().replace("\\", r"\\"), page)


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
