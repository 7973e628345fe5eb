"""The doctor on the sources: is the place reached, and is the pattern that of the files which lie there?"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from hervat.attention import agreeing
from hervat.doctor.findings import Check, Findings
from hervat.downloads import Format, load_format
from hervat.intake import FileFacts, Noticed, Undated, not_theirs, passed_by, theirs
from hervat.pickup import Offered, Pickup, open_pickup
from hervat.plural import plural
from hervat.settings import Municipality, Source
from hervat.sftp import readable_by_others


def checks(municipality: Municipality, directory: Path, beside: Sequence[Source] = ()) -> Iterator[tuple[str, Check]]:
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
