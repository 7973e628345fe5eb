"""Every `--json` answer of a test is held against the schema of its command."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from jsonschema import Draft202012Validator


@cache
def _validator(command: str) -> Draft202012Validator:
    from hervat.cli.outputs import OUTPUTS, Failed, output_schema
    from hervat.settings import schema_of

    return Draft202012Validator(output_schema(command) if command in OUTPUTS else schema_of(Failed, "wrong usage"))


def mistakes(command: str, answer: Any) -> list[str]:
    """Return what is wrong with an answer by the schema of its command: places and rules, no values."""
    deepest = [leaf for error in _validator(command).iter_errors(answer) for leaf in _leaves(error)]
    return [f"{command}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in deepest]


def _leaves(error: Any) -> list[Any]:
    """Return the errors of the alternative that fits best: the one whose mistakes lie deepest."""
    if not error.context:
        return [error]
    by_form: dict[Any, list[Any]] = {}
    for inner in error.context:
        by_form.setdefault(inner.schema_path[0], []).append(inner)
    return [
        leaf
        for inner in max(by_form.values(), key=lambda form: max(len(inner.absolute_path) for inner in form))
        for leaf in _leaves(inner)
    ]


@contextmanager
def answers_checked() -> Iterator[list[str]]:
    """Check each answer that a command prints in this process; yield the mistakes so far."""
    from typer._click.globals import get_current_context

    from hervat.cli.shared import screen as shared

    found: list[str] = []

    def dumps(value: Any, **how: Any) -> str:
        text = json.dumps(value, **how)
        context = get_current_context(silent=True)
        command = context.command_path.partition(" ")[2] if context else None
        if command is not None and not (command == "schema" and "$schema" in value):
            found.extend(mistakes(command, json.loads(text)))
        return text

    with patch.object(shared, "json", SimpleNamespace(**{**vars(json), "dumps": dumps})):
        yield found
