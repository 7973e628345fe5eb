"""The typed configuration: one directory with `hervat.yaml` in it, checked whole when it is read."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hervat.errors import ConfigurationError, Problem
from hervat.settings.alert import Alert, AlertOnly
from hervat.settings.base import Strict
from hervat.settings.channels import Channel, FolderPickup, Receipts, SftpPickup, SftpServer, SshLogin
from hervat.settings.databases import configured_url, given_url
from hervat.settings.delivery import Bounds, Cbs, Records
from hervat.settings.files import filled, read_yaml
from hervat.settings.letters import Contact, Letters
from hervat.settings.mail import Mail, MailServer
from hervat.settings.parties import Disclosure, Party
from hervat.settings.problems import problems_of
from hervat.settings.quality import Expected, Quality, Quarantine
from hervat.settings.root import Keys, Municipality, Settings, Worklist
from hervat.settings.schema import DIALECT, configuration_schema, footprint_schema, municipality_schema, schema_of
from hervat.settings.sources import Source
from hervat.settings.systems import Brake, Coverage, Footprint, PersonTable, Supplier, System

__all__ = [
    "DIALECT",
    "Alert",
    "AlertOnly",
    "Bounds",
    "Brake",
    "Cbs",
    "Channel",
    "Contact",
    "Coverage",
    "Disclosure",
    "Expected",
    "FolderPickup",
    "Footprint",
    "Keys",
    "Letters",
    "Mail",
    "MailServer",
    "Municipality",
    "Party",
    "PersonTable",
    "Quality",
    "Quarantine",
    "Receipts",
    "Records",
    "Settings",
    "SftpPickup",
    "SftpServer",
    "Source",
    "SshLogin",
    "Strict",
    "Supplier",
    "System",
    "Worklist",
    "configuration_schema",
    "configured_url",
    "filled",
    "footprint_schema",
    "given_url",
    "municipality_schema",
    "problems_of",
    "read_alert",
    "read_settings",
    "read_yaml",
    "schema_of",
]


M = TypeVar("M", bound=BaseModel)
_FILE = "hervat.yaml"


def read_settings(directory: Path) -> Settings:
    """Return the configuration in `directory`. Raises ConfigurationError with every mistake in it."""
    directory = directory.expanduser().absolute()
    return _read(Settings, directory, _content(directory), {"directory": directory})


def read_alert(directory: Path) -> Alert | None:
    """Return the alert settings, if any. Raises ConfigurationError for a mistake in that part.

    A mistake elsewhere is ignored: that it keeps a night from running is what the alert is for.
    """
    directory = directory.expanduser().absolute()
    return _read(AlertOnly, directory, {"alert": _content(directory).get("alert")}, {}).alert


def _content(directory: Path) -> dict[str, Any]:
    content = read_yaml(directory / _FILE)
    if not isinstance(content, dict):
        raise ConfigurationError([Problem(_FILE, "-", "this is not a mapping", "write `key: value` lines")])
    return content


def _read(model: type[M], directory: Path, content: dict[str, Any], more: dict[str, Any]) -> M:
    """Return the content as a model, variables filled in. Raises ConfigurationError."""
    problems: list[Problem] = []
    content = {**filled(content, "", _FILE, problems), **more}
    try:
        read = model.model_validate(content, context={"base": directory})
    except ValidationError as error:
        unset = {problem.key for problem in problems}  # what else is wrong there is seen once it is set
        others = [problem for problem in problems_of(error, model, _FILE) if problem.key not in unset]
        raise ConfigurationError(problems + others) from None
    if problems:
        raise ConfigurationError(problems)
    return read
