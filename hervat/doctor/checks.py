"""Checks of the doctor: the configuration itself, hervat's own folders, the sources and the local systems."""

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from hervat import erasure, notices
from hervat.attention import agreeing
from hervat.delivery import lists_of, unreadable
from hervat.doctor.findings import Check, Findings
from hervat.downloads import Format, load_format
from hervat.intake import FileFacts, Noticed, Undated, not_theirs, passed_by, theirs
from hervat.pickup import Offered, Pickup, open_pickup
from hervat.plural import plural
from hervat.readers import shut_answers, unfit
from hervat.rules import read_rounds
from hervat.settings import Municipality, Settings, Source, System
from hervat.sftp import readable_by_others


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


def source_checks(
    municipality: Municipality, directory: Path, beside: Sequence[Source] = ()
) -> Iterator[tuple[str, Check]]:
    """Give a check for each source. `directory` is the configuration's; beside: the sources of all municipalities."""
    for source in municipality.sources:
        yield f"source {source.name}", partial(_source, source, directory, beside or municipality.sources)


def _source(source: Source, directory: Path, beside: Sequence[Source]) -> Findings:
    form = load_format(source.format, directory)
    with open_pickup(source, others=theirs(source, beside)) as pickup:
        found = _there(source, pickup, form, beside)
    if source.sftp and source.sftp.key and readable_by_others(source.sftp.key):
        found.unwise.append(f"{source.sftp.key} can be read by others; chmod 600 it")
    return found


def _there(source: Source, pickup: Pickup, form: Format, beside: Sequence[Source]) -> Findings:
    """Report files that are there and not fetched: unwise if somebody must look at them, else good to know."""
    offered = pickup.offered()
    folders = not_theirs(source, pickup.left.folders, beside)
    noticed = passed_by(source.name, pickup, folders, ever=bool(offered))
    undated = sum(_is_undated(source, offer, form) for offer in offered)
    noticed += [Noticed(source.name, "undated", undated)] if undated else []
    told = [(notice.waits, _told(source, notice, pickup)) for notice in noticed if notice.reason != "growing"]
    return Findings(unwise=[text for waits, text in told if waits], notes=[text for waits, text in told if not waits])


def _is_undated(source: Source, offered: Offered, form: Format) -> bool:
    try:
        FileFacts.of(source.name, offered, form)
    except Undated:
        return True
    return False


def _told(source: Source, noticed: Noticed, pickup: Pickup) -> str:
    if noticed.reason not in ("unfit", "never_fitted"):
        return agreeing(noticed.text)
    by_suffix = f" ({pickup.left.suffixes})"
    if noticed.reason == "unfit":
        return agreeing(noticed.text) + by_suffix
    patterns = (source.sftp or source.folder).patterns  # type: ignore[union-attr]
    lie = "lies" if noticed.count == 1 else "lie"
    message = (
        f"nothing fits the pattern {' or '.join(patterns)}, and {plural(noticed.count, 'file')} {lie} there{by_suffix}"
    )
    folders = "; a pattern is that of a name, without folders" if any("/" in pattern for pattern in patterns) else ""
    return f"{message}{folders}; look at the names there, and correct the pattern"


_SHOWN = 5


def system_checks(municipality: Municipality) -> Iterator[tuple[str, Check]]:
    """Give a check for each system with a database or lists, and for each disclosures query."""
    for system in municipality.systems:
        if system.database:
            yield f"system {system.name}", partial(_database, system)
        elif system.files and system.policy != "retain":
            yield f"system {system.name}", partial(_lists, system)
    for disclosure in municipality.disclosures:
        yield "disclosures", partial(_disclosures, municipality, disclosure.system, disclosure.query)


def _database(system: System) -> Findings:
    with erasure.open_system(system) as local:
        return Findings(erasure.check(local), erasure.unwise(local), erasure.good_to_know(local))


def _lists(system: System) -> Findings:
    """Open every list: a night searches them all, and the gate stays shut on one that can't be read."""
    if system.files is None:
        return Findings()
    found = lists_of(system)
    wrong = [told for path in found if (told := unreadable(system, path))]
    failing = wrong[:_SHOWN] + ([f"{plural(len(wrong) - _SHOWN, 'more list')} like these"] if wrong[_SHOWN:] else [])
    where = (
        f"nothing in {system.files.directory} fits {system.files.pattern}, so no list is searched; correct the pattern"
    )
    return Findings(failing, [] if found else [where])


def _disclosures(municipality: Municipality, system: str, query: str) -> Findings:
    notices.try_disclosures(municipality.system(system), query)
    return Findings()
