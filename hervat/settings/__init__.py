"""The typed configuration: one directory with `hervat.yaml` in it, checked whole when it is read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hervat.errors import ConfigurationError, Problem
from hervat.settings.alert import Alert, AlertOnly, web_address
from hervat.settings.base import Strict
from hervat.settings.channels import Channel, FolderPickup, Mail, MailServer, Receipts, SftpPickup, SftpServer, SshLogin
from hervat.settings.databases import configured_url, given_url
from hervat.settings.delivery import Bounds, Cbs, Records
from hervat.settings.files import filled, problems_of, read_yaml
from hervat.settings.municipalities import FILE, KEY, Municipalities, parts_for, parts_of, sources_of
from hervat.settings.parties import Contact, Disclosure, Letters, Party
from hervat.settings.readers import Readers
from hervat.settings.retention import KINDS, KeptFor, Retention, dutch_term, end_of
from hervat.settings.root import BrokenMunicipality, Keys, Municipality, Settings, Worklist
from hervat.settings.schema import DIALECT, configuration_schema, footprint_schema, municipality_schema, schema_of
from hervat.settings.sources import Expected, Quality, Quarantine, Source
from hervat.settings.systems import Brake, Coverage, Footprint, PersonTable, Supplier, System

__all__ = [
    "DIALECT",
    "KINDS",
    "Alert",
    "AlertOnly",
    "Bounds",
    "Brake",
    "BrokenMunicipality",
    "Cbs",
    "Channel",
    "Contact",
    "Coverage",
    "Disclosure",
    "Expected",
    "FolderPickup",
    "Footprint",
    "KeptFor",
    "Keys",
    "Letters",
    "Mail",
    "MailServer",
    "Municipality",
    "Party",
    "PersonTable",
    "Quality",
    "Quarantine",
    "Readers",
    "Receipts",
    "Records",
    "Retention",
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
    "dutch_term",
    "end_of",
    "filled",
    "footprint_schema",
    "given_url",
    "municipality_schema",
    "problems_of",
    "read_alert",
    "read_settings",
    "read_yaml",
    "schema_of",
    "web_address",
]


M = TypeVar("M", bound=BaseModel)


def read_settings(directory: Path, code: str | None = None, *, partly: bool = False) -> Settings:
    """Return the configuration in `directory`. Raises ConfigurationError with every mistake in it.

    code: only this municipality is read, and only its variables are looked up: mistakes of another stop nothing. Raises
    UsageError if there is none of that code. partly: a municipality with a mistake stands in `broken` instead; an error
    only if none is good.
    """
    directory = directory.expanduser().absolute()
    content = _content(directory)
    items = content.get(KEY)
    parts = parts_of(items, directory) if isinstance(items, list) else []
    wanted = parts_for(parts, code, directory) if code and parts else parts
    read = Municipalities(wanted, directory)
    refused = [] if partly and read.good else read.problems
    if read.good or refused:
        content = {**content, KEY: read.good}
    settings = _read(Settings, directory, content, {"directory": directory}, refused)
    return settings.beside(read.broken, sources_of((part for part in parts if part not in wanted), directory))


def read_alert(directory: Path) -> Alert | None:
    """Return the alert settings, if any. Raises ConfigurationError for a mistake in that part.

    A mistake elsewhere is ignored: that it keeps a night from running is what the alert is for.
    """
    directory = directory.expanduser().absolute()
    return _read(AlertOnly, directory, {"alert": _content(directory).get("alert")}, {}).alert


def _content(directory: Path) -> dict[str, Any]:
    content = read_yaml(directory / FILE)
    if not isinstance(content, dict):
        raise ConfigurationError([Problem(FILE, "-", "this is not a mapping", "write `key: value` lines")])
    return content


def _read(
    model: type[M], directory: Path, content: dict[str, Any], more: dict[str, Any], also: Sequence[Problem] = ()
) -> M:
    """Return the content as a model, variables filled in. Raises ConfigurationError; also: problems found before."""
    problems: list[Problem] = []
    content = {**filled(content, "", FILE, problems), **more}
    try:
        read = model.model_validate(content, context={"base": directory})
    except ValidationError as error:
        unset = {problem.key for problem in problems}  # what else is wrong there is seen once it is set
        unset |= {KEY} if also else set()  # none is left for what is wrong with them
        problems += [problem for problem in problems_of(error, model, FILE) if problem.key not in unset]
    if problems or also:
        raise ConfigurationError([*problems, *also])
    return read
