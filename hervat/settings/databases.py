"""The URL of a system's database, from a configuration that need not be whole yet: its footprint is still to come."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hervat.errors import ConfigurationError, Problem, UsageError
from hervat.settings.base import DatabaseUrl
from hervat.settings.files import filled, read_yaml

_FILE = "hervat.yaml"
_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{\w+\}@).*@|[?&]password=(?!\$\{)")


def configured_url(directory: Path, system: str, municipality: str | None) -> str:
    """Return the database URL that hervat.yaml gives for a system, whatever else is wrong or missing there.

    Raises ConfigurationError when it can't be read, UsageError when the system or its database is not there.
    """
    directory = directory.expanduser().absolute()
    for code, configured in _systems(read_yaml(directory / _FILE)):
        if (
            configured.get("name") == system
            and municipality in (None, code)
            and isinstance(configured.get("database"), str)
        ):
            return _url(directory, configured["database"], _FILE, f"systems.{system}.database")
    raise UsageError(
        f"there is no database system {system!r} in {_FILE}; write its name and database there, or give --database"
    )


def given_url(directory: Path, text: str) -> str:
    """Return the URL given on the command line; `${NAME}` in it is read from the environment.

    Raises UsageError for a password on the command line, where every user of the machine can read it.
    """
    if _PASSWORD.search(text):
        raise UsageError(
            "a password on the command line can be read by others: put the URL in an environment variable and write "
            "--database '${NAME}'"
        )
    return _url(directory.expanduser().absolute(), text, "command line", "--database")


def _url(directory: Path, text: str, file: str, key: str) -> str:
    problems: list[Problem] = []
    content = filled(text, key, file, problems)
    if problems:
        raise ConfigurationError(problems)
    try:
        return TypeAdapter(DatabaseUrl).validate_python(content, context={"base": directory})
    except ValidationError as error:
        said = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        raise ConfigurationError([Problem(file, key, said, "correct it as stated")]) from None


def _systems(content: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for configured in _list(content, "municipalities"):
        for system in _list(configured, "systems"):
            if isinstance(system, dict):
                yield str(configured.get("code")), system


def _list(content: Any, key: str) -> list[Any]:
    value = content.get(key) if isinstance(content, dict) else None
    return value if isinstance(value, list) else []
