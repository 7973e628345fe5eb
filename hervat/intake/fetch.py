"""Fetch: list each source, stream stable new files into the vault, and record them in the register."""

from collections.abc import Callable
from functools import cache

from hervat.downloads import Format, load_format
from hervat.intake.connections import side_by_side
from hervat.intake.disk_space import Room
from hervat.intake.known_files import Ledger
from hervat.intake.noticed import note
from hervat.intake.source_fetcher import FetchResult, SourceFetcher
from hervat.night import Counts, Night
from hervat.vault import Vault


def fetch(night: Night) -> Counts:
    """Secure what the sources offer, concurrently. A source that fails is an error of its own; the others go on.

    Counts: files fetched (new originals) and known (offered again, loaded already); refused, if some have no date.
    """
    vault, ledger = Vault(night.settings.vault, night.keyring), Ledger(night)
    vault.sweep()
    ledger.adopt(vault)
    beside = night.settings.sources
    fetcher = SourceFetcher(vault, ledger, Room(night.settings.vault), _formats(night), night.shadow, beside)
    counts, noticed, looked = {"fetched": 0, "known": 0}, [], []
    for result in side_by_side(night.municipality.sources, fetcher.fetch):
        _tell(night, result)
        noticed += result.noticed
        looked += [result.source.name] if result.looked else []
        for outcome in filter(None, result.outcomes.values()):
            counts[outcome] += 1
    note(night, looked, noticed)
    if undated := sum(notice.count for notice in noticed if notice.reason == "undated"):
        counts["refused"] = undated
    return {"files": counts}


def _tell(night: Night, result: FetchResult) -> None:
    """Log the outcome of a source, in the night's own thread."""
    for text in result.said:
        night.log(text)
    for notice in result.noticed:
        night.log(notice.text)
        if notice.waits:
            night.attention.append(notice.text)
    if result.unfit:
        night.log(f"source {result.source.name}: what fits no pattern, by suffix: {result.unfit}")
    for text in result.warnings:
        night.log(text)
        night.attention.append(text)
    for text in result.failed:
        night.error(text)


def _formats(night: Night) -> Callable[[str], Format]:
    """Return a function from name to format; each format is read once."""

    @cache
    def form_of(name: str) -> Format:
        return load_format(name, night.settings.directory)

    return form_of
