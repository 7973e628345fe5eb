"""The doctor: tries what a night needs, and says what would fail and what is merely unwise. It changes nothing."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hervat import cleaning, delivery, notices
from hervat.cleaning import nightly
from hervat.downloads import load_format
from hervat.errors import redacted
from hervat.pickup import open_pickup
from hervat.reconciling import older
from hervat.register import Register
from hervat.settings import Municipality, Settings, Source, System
from hervat.sftp.key_file import readable_by_others


class Installed(Protocol):
    """What the doctor needs of an installation."""

    settings: Settings
    register: Register


@dataclass
class Findings:
    """What would fail tonight, and what is unwise; each line names the thing and the mend."""

    failing: list[str] = field(default_factory=list)
    unwise: list[str] = field(default_factory=list)


def examine(installation: Installed, say: Callable[[str], None]) -> Findings:
    """Try everything the configuration names. One thing that fails does not keep the others from being tried."""
    findings, settings = Findings(), installation.settings
    _try(findings, "keys", lambda: _keys(settings), say)
    _try(findings, "vault and output", lambda: _places(settings), say)
    for one in settings.municipalities:
        for name, check in _checks(one, installation):
            _try(findings, f"{one.code} {name}", check, say)
    return findings


Check = Callable[[], tuple[list[str], list[str]]]


def _checks(one: Municipality, installation: Installed) -> Iterator[tuple[str, Check]]:
    settings = installation.settings
    for source in one.sources:
        yield f"source {source.name}", lambda source=source: _source(source, settings)  # type: ignore[misc]
    for system in one.databases:
        yield f"system {system.name}", lambda system=system: _system(system)  # type: ignore[misc]
    yield "approvals", lambda: nightly.approvals_flaws(one)
    yield "register", lambda: (_older(one, installation), [])
    yield "restore point", lambda: ([], _unready(one, installation.register))
    yield "third parties", lambda: (notices.check(one), notices.unwise(one))
    yield "letters", lambda: (notices.unwritable(one, settings.directory / notices.TEMPLATES), [])
    yield "cbs", lambda: (delivery.check(one, settings.directory), [])
    yield "policy", lambda: ([], _policies(one))


def _try(findings: Findings, what: str, check: Check, say: Callable[[str], None]) -> None:
    say(f"trying {what}")
    try:
        failing, unwise = check()
    except Exception as error:  # noqa: BLE001 - the doctor tries the rest too
        failing, unwise = [redacted(error)], []
    findings.failing += [_said(what, text) for text in failing]
    findings.unwise += [_said(what, text) for text in unwise]


def _said(what: str, text: str) -> str:
    """Return a line of the doctor's; an error that begins with the thing's own name does not say it twice."""
    name = what.partition(" ")[2]
    return f"{what}: {text.removeprefix(f'{name}: ')}"


def _keys(settings: Settings) -> tuple[list[str], list[str]]:
    file = settings.keys.file
    if file is not None and readable_by_others(file):
        return [], [f"{file} can be read by others; chmod 600 it"]
    return [], []


def _places(settings: Settings) -> tuple[list[str], list[str]]:
    failing = []
    for name, place in (("vault", settings.vault), ("output", settings.output)):
        standing = next(path for path in (place, *place.parents) if path.exists())
        if not standing.is_dir() or not _writable(standing):
            failing.append(f"{name}: {standing} can't be written; give this account rights there")
    return failing, []


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK | os.X_OK)


def _source(source: Source, settings: Settings) -> tuple[list[str], list[str]]:
    load_format(source.format, settings.directory)
    with open_pickup(source) as pickup:
        pickup.offered()
        strange = pickup.strange
    unwise = [f"{strange} files there have a name that can't be used"] if strange else []
    if source.sftp and source.sftp.key and readable_by_others(source.sftp.key):
        unwise.append(f"{source.sftp.key} can be read by others; chmod 600 it")
    return [], unwise


def _system(system: System) -> tuple[list[str], list[str]]:
    with cleaning.open_system(system) as local:
        return cleaning.check(local), cleaning.unwise(local)


def _older(one: Municipality, installation: Installed) -> list[str]:
    with installation.register.session() as session:
        told = older(session, installation.settings.vault, one.code)
    return [told] if told else []


def _unready(one: Municipality, register: Register) -> list[str]:
    with register.session() as session:
        return nightly.unready(session, one)


def _policies(one: Municipality) -> list[str]:
    unwise = [
        f"system {system.name} is cleaned without an approval below its brake; begin with approval: required"
        for system in one.databases
        if system.approval == "automatic" and system.policy == "erase"
    ]
    if not one.sources:
        unwise.append("there are no sources: nothing will ever come in")
    if not one.disclosures and one.parties:
        unwise.append("there are parties and no disclosures: nobody will ever be told anything")
    return unwise
