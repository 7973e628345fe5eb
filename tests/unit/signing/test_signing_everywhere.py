"""Whatever takes two persons takes signatures: found in the code, so that a new decision without them fails here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import hervat
from hervat.cli.commands import app
from hervat.register.models import Acceptance, Base
from hervat.signing import ACTIONS, ROLES
from hervat.signing.recorded import DECIDED
from tests.support.house import parsed, statements

HOUSE = Path(hervat.__file__).parent
TWO = re.compile(r"\btwo (persons|must|agree)|second person|another person", re.IGNORECASE)
OTHERWISE = {
    "approve": "a plan: hervat.cleaning verifies its signatures each night",
    "strangers list": "a list",
}
"""Commands that speak of two persons and decide nothing by two of `ACTIONS`."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(HOUSE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(HOUSE).as_posix(), parsed(path)


def imported(tree: ast.Module) -> set[str]:
    """Return what a module imports, as `module.name`."""
    found = [node for node in statements(tree) if isinstance(node, ast.ImportFrom)]
    return {f"{node.module}.{alias.name}" for node in found for alias in node.names}


def test_whatever_compares_two_names_asks_for_signatures() -> None:
    comparing = {name: imported(tree) for name, tree in modules() if "hervat.named.same" in imported(tree)}
    comparing = {name: found for name, found in comparing.items() if not name.startswith(("signing/", "register/"))}
    assert len(comparing) >= 4
    asking = {"hervat.signing.confirmed", "hervat.signing.is_confirmed"}
    assert [name for name, found in comparing.items() if not found & asking] == []


def test_every_table_with_a_second_name_is_verified_against_the_signatures() -> None:
    second = {
        mapper.class_
        for mapper in Base.registry.mappers
        if any(column.name.startswith("second_by") for column in mapper.columns)
    }
    assert second | {Acceptance} == set(DECIDED)


def commands(command: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield name, command
        return
    for part in command.commands.values():
        yield from commands(part, f"{name} {part.name}".strip())


def test_every_command_that_takes_two_takes_a_key_or_a_signature() -> None:
    found = dict(commands())
    speaking = {name for name, command in found.items() if TWO.search(" ".join((command.help or "").split()))}
    assert speaking - set(OTHERWISE) == set(ACTIONS)
    for action in ACTIONS:
        assert {"key", "signature"} <= {str(param.name) for param in found[action].params}, action


def test_every_action_is_signed_for_somewhere_and_has_a_role() -> None:
    text = "".join((HOUSE / name).read_text() for name, _ in modules() if not name.startswith("signing/"))
    assert [action for action in ACTIONS if f'"{action}"' not in text] == []
    assert set(ACTIONS.values()) | {"approver"} == set(ROLES) and len(set(ROLES.values())) == len(ROLES)


@pytest.mark.parametrize("path", sorted((HOUSE / "flows").glob("*.py")), ids=lambda path: path.stem)
def test_every_form_that_takes_two_has_a_field_for_the_signature(path: Path) -> None:
    for node in statements(parsed(path)):
        if isinstance(node, ast.FunctionDef) and TWO.search(ast.get_docstring(node) or ""):
            assert "signature" in {argument.arg for argument in node.args.args}
