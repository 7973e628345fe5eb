"""The doctor on the sources: is the place reached, and is the pattern that of the files which lie there?"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hervat.doctor.findings import Check, Findings
from hervat.downloads import load_format
from hervat.pickup import Pickup, open_pickup
from hervat.plural import plural
from hervat.settings import Municipality, Source
from hervat.sftp.key_file import readable_by_others
from hervat.sftp.listing import fits


def checks(one: Municipality, directory: Path) -> Iterator[tuple[str, Check]]:
    """Give a check for each source. `directory` is the configuration's."""
    for source in one.sources:
        yield f"source {source.name}", partial(_source, source, directory)


def _source(source: Source, directory: Path) -> Findings:
    load_format(source.format, directory)
    with open_pickup(source) as pickup:
        unwise = _offered(source, pickup)
    if source.sftp and source.sftp.key and readable_by_others(source.sftp.key):
        unwise.append(f"{source.sftp.key} can be read by others; chmod 600 it")
    return Findings(unwise=unwise)


def _offered(source: Source, pickup: Pickup) -> list[str]:
    taken = pickup.offered()
    if pickup.strange:
        have = "has" if pickup.strange == 1 else "have"
        return [f"{plural(pickup.strange, 'file')} there {have} a name that can't be used"]
    passed_by = [] if taken or pickup.growing else pickup.passed_by()
    if not passed_by:
        return []
    patterns = (source.sftp or source.folder).patterns  # type: ignore[union-attr]
    alike = sum(fits(name.casefold(), [one.casefold() for one in patterns]) for name in passed_by)
    capitals = f", {alike} of which would fit but for capitals" if alike else ""
    lie = "lies" if len(passed_by) == 1 else "lie"
    return [
        f"nothing fits the pattern {' or '.join(patterns)}, and {plural(len(passed_by), 'file')} {lie} there"
        f"{capitals}; see the names there, and mend the pattern"
    ]
