"""Fetch: list each source, take what is stable and not yet known, stream it into the vault, then tell the register."""

from collections.abc import Callable
from functools import cache

from hervat.downloads import Format, load_format
from hervat.intake.connections import side_by_side
from hervat.intake.disk_space import Room
from hervat.intake.known_files import Ledger
from hervat.intake.noticed import note
from hervat.intake.source_visit import Visit, Visitor
from hervat.night import Counts, Night
from hervat.vault import Vault


def fetch(night: Night) -> Counts:
    """Secure what the sources offer, side by side. A source that fails is an error of its own; the others go on.

    Counts: files fetched (new originals) and known (offered again, loaded already); refused, where some have no date.
    """
    vault, ledger = Vault(night.settings.vault, night.keyring), Ledger(night)
    vault.sweep()
    ledger.adopt(vault)
    beside = [source for one in night.settings.municipalities for source in one.sources]
    visitor = Visitor(vault, ledger, Room(night.settings.vault), _formats(night), night.shadow, beside)
    found, noticed, looked = {"fetched": 0, "known": 0}, [], []
    for visit in side_by_side(night.municipality.sources, visitor.visit):
        _tell(night, visit)
        noticed += visit.noticed
        looked += [visit.source.name] if visit.looked else []
        for outcome in filter(None, visit.outcomes.values()):
            found[outcome] += 1
    note(night, looked, noticed)
    if undated := sum(one.count for one in noticed if one.reason == "undated"):
        found["refused"] = undated
    return {"files": found}


def _tell(night: Night, visit: Visit) -> None:
    """Say what came of a source: from the night's own thread, whose log it is."""
    for text in visit.said:
        night.say(text)
    for one in visit.noticed:
        night.say(one.text)
        if one.waits:
            night.attention.append(one.text)
    if visit.unfit:
        night.say(f"source {visit.source.name}: what fits no pattern, by suffix: {visit.unfit}")
    for text in visit.warnings:
        night.say(text)
        night.attention.append(text)
    for text in visit.failed:
        night.fail(text)


def _formats(night: Night) -> Callable[[str], Format]:
    """Return what gives the format of a name, each read once."""

    @cache
    def form_of(name: str) -> Format:
        return load_format(name, night.settings.directory)

    return form_of
