"""The typed configuration: one directory with `hervat.yaml` in it, checked whole when it is read."""

from pathlib import Path

from pydantic import ValidationError

from hervat.errors import ConfigurationError, Problem
from hervat.settings.channels import Channel, FolderPickup, Receipts, SftpPickup, SftpServer, SshLogin
from hervat.settings.databases import configured_url, given_url
from hervat.settings.delivery import Cbs, Records
from hervat.settings.files import filled, read_yaml
from hervat.settings.mail import Mail
from hervat.settings.parties import Disclosure, Party
from hervat.settings.problems import problems_of
from hervat.settings.quality import Expected, Quality, Quarantine
from hervat.settings.root import Keys, Municipality, Settings
from hervat.settings.sources import Source
from hervat.settings.systems import Brake, Coverage, Footprint, PersonTable, Supplier, System

__all__ = [
    "Brake",
    "Cbs",
    "Channel",
    "Coverage",
    "Disclosure",
    "Expected",
    "FolderPickup",
    "Footprint",
    "Keys",
    "Mail",
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
    "Supplier",
    "System",
    "configured_url",
    "given_url",
    "read_settings",
]


def read_settings(directory: Path) -> Settings:
    """Return the configuration in `directory`. Raises ConfigurationError with every mistake in it."""
    directory = directory.expanduser().absolute()
    path = directory / "hervat.yaml"
    problems: list[Problem] = []
    content = filled(read_yaml(path), "", path.name, problems)
    if not isinstance(content, dict):
        raise ConfigurationError([Problem(path.name, "-", "this is no mapping", "write `key: value` lines")])
    try:
        settings = Settings.model_validate({**content, "directory": directory}, context={"base": directory})
    except ValidationError as error:
        unset = {problem.key for problem in problems}  # what else is wrong there is seen once it is set
        others = [one for one in problems_of(error, Settings, path.name) if one.key not in unset]
        raise ConfigurationError(problems + others) from None
    if problems:
        raise ConfigurationError(problems)
    return settings
