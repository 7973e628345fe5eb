"""The house itself: rooms are entered by their faces, and one word names one class. Layers and circles: import-linter."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support.house import OUTER, modules, parsed, statements

ROOT = Path(__file__).parents[2]
FACES = {"hervat.erasure.picture", "hervat.erasure.suggest", "hervat.notices.mail", "hervat.register.models"}
"""Packages within a room that are entered by themselves: the tables, and what is too dear to import for all."""


MODULES = {name: path for name, path in modules().items() if "versions" not in path.parts}
PACKAGES = {name for name, path in MODULES.items() if path.name == "__init__.py"}


WITHOUT_FACE = {"hervat", *(f"hervat.{room}" for room in OUTER)}
"""Rooms of which each file is an entry by itself: a flow, a step of the night, a suite."""


def room_of(module: str) -> str:
    """Return the room of a module: the package just inside hervat."""
    return ".".join(module.split(".")[:2])


def given(package: str) -> set[str]:
    """Return the names that the face of a package gives: what it imports by name or defines."""
    names: set[str] = set()
    for node in parsed(MODULES[package]).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            files_ = {alias.name for alias in node.names if f"{node.module}.{alias.name}" in MODULES}
            names |= {alias.asname or alias.name for alias in node.names if alias.name not in files_}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def past_a_face(importer: str) -> Iterator[str]:
    """Yield what a module imports from a file inside another room."""
    for node in statements(parsed(MODULES[importer])):
        if not isinstance(node, ast.ImportFrom) or not node.module or node.module not in MODULES:
            continue
        room = room_of(node.module)
        if room == room_of(importer) or room not in PACKAGES or room in WITHOUT_FACE:
            continue
        if node.module != room and node.module not in FACES:
            yield f"{importer} imports {node.module}"
        elif node.module == room:
            inner = {alias.name for alias in node.names if f"{room}.{alias.name}" in MODULES}
            yield from (f"{importer} imports the file {room}.{name}" for name in sorted(inner - given(room)))


def test_a_room_is_entered_by_its_face() -> None:
    assert [line for module in sorted(MODULES) for line in past_a_face(module)] == []


def test_every_name_that_a_face_gives_is_there() -> None:
    for package in sorted(PACKAGES):
        for node in parsed(MODULES[package]).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                assert set(ast.literal_eval(node.value)) <= given(package), package


def test_one_name_is_one_class() -> None:
    places = defaultdict(list)
    for name, path in MODULES.items():
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(name)
    models = "hervat.register.models."
    twice = {name: where for name, where in places.items() if len(where) > 1}
    assert {name: [one for one in where if not one.startswith(models)] for name, where in twice.items()} == {}


def test_a_word_of_the_glossary_has_one_meaning() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    words = [word.strip() for named, _ in rows if named not in ("word", "---") for word in named.split(",")]
    assert len(words) > 40
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_what_lies_beside_hervat_is_imported_by_its_name_inside_it() -> None:
    """`hervat.tasks.step` works in a checkout alone, and would be another module than `hervat.tasks.step`."""
    paths = [path for top in ("hervat", *OUTER, "tests", "benchmarks") for path in (ROOT / top).rglob("*.py")]
    old = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(OUTER)})\b", re.MULTILINE)
    assert len(paths) > 800
    assert [str(path.relative_to(ROOT)) for path in paths if old.search(path.read_text())] == []


def test_the_rooms_beside_hervat_are_links_inside_it() -> None:
    assert {room: str((ROOT / "hervat" / room).readlink()) for room in OUTER} == {room: f"../{room}" for room in OUTER}
