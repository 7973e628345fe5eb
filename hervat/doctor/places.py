"""The doctor on the configuration itself and on hervat's own folders."""

import os
from pathlib import Path

from hervat.doctor.findings import Findings
from hervat.readers import shut_answers, unfit
from hervat.rules import read_rounds
from hervat.settings import Municipality, Settings


def rounds(settings: Settings) -> Findings:
    """Read the rounds. Raises ConfigurationError."""
    read_rounds(settings.rounds, settings.directory)
    return Findings()


def folders(settings: Settings) -> Findings:
    """Check that vault and output can be written, or created."""
    found = Findings()
    for name, place in (("vault", settings.vault), ("output", settings.output)):
        standing = next(path for path in (place, *place.parents) if path.exists())
        if not standing.is_dir() or not _writable(standing):
            found.failing.append(f"{name}: {standing} can't be written; give this account rights there")
    return found


def terms(settings: Settings) -> Findings:
    """Name the kinds of data that have no term: they are kept for ever (AVG 5(1)(e))."""
    kinds = settings.retention.without
    if not kinds:
        return Findings()
    return Findings(
        unwise=[f"no term for {', '.join(kinds)}: kept for ever; docs/how-to/terms.md proposes one for each"]
    )


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK | os.X_OK)


def readers(municipality: Municipality, settings: Settings) -> Findings:
    """Check that the groups of the configuration can read what is written for them."""
    failing = list(unfit(settings, municipality))
    shut = None if failing else shut_answers(settings, municipality)
    return Findings(failing, [shut] if shut else [])


def answers(municipality: Municipality) -> Findings:
    """Check that the folder of the filled-in worklists can be read, if one is configured."""
    folder = municipality.worklist.answers
    if folder is None or (folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        return Findings()
    return Findings([f"answers: {folder} can't be read; make it, or give this account rights there"])


def policies(municipality: Municipality) -> Findings:
    """Report settings that are allowed and seldom meant."""
    unwise = [
        f"system {system.name} is cleaned without an approval below its brake; begin with approval: required"
        for system in municipality.databases
        if system.approval == "automatic" and system.policy == "erase"
    ]
    if not municipality.sources:
        unwise.append("there are no sources: nothing will ever come in")
    if not municipality.disclosures and municipality.parties:
        unwise.append("there are parties and no disclosures: no party will ever get a notice")
    return Findings(unwise=unwise)
