"""Differences between two files of a quarter, person by person: counts of persons and of kenmerken."""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lxml import etree

from hervat.delivery.records.layout import RecordLayout


def changed(earlier: Path, now: Path, layout: RecordLayout) -> dict[str, Any]:
    """Return how many persons came, went and changed, and in how many each kenmerk changed.

    In memory are a digest of each record of the earlier file, and the values of the records that changed.
    """
    old, new = dict(_marks(earlier, layout)), dict(_marks(now, layout))
    differ = {bsn for bsn, mark in new.items() if bsn in old and old[bsn] != mark}
    before, after = (_values(path, layout, differ) for path in (earlier, now))
    kenmerken = Counter(
        name for bsn in differ for name in {*before[bsn], *after[bsn]} if before[bsn].get(name) != after[bsn].get(name)
    )
    return {
        "added": len(new.keys() - old.keys()),
        "removed": len(old.keys() - new.keys()),
        "changed": len(differ),
        "kenmerken": dict(sorted(kenmerken.items())),
    }


def _marks(path: Path, layout: RecordLayout) -> Iterator[tuple[str, bytes]]:
    for bsn, values in _records(path, layout):
        yield bsn, blake2b(repr(sorted(values.items())).encode(), digest_size=16).digest()


def _values(path: Path, layout: RecordLayout, wanted: set[str]) -> dict[str, dict[str, str]]:
    return {bsn: values for bsn, values in _records(path, layout) if bsn in wanted}


def _records(path: Path, layout: RecordLayout) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (BSN, kenmerk -> text) of the records of a file, streamed."""
    tag = layout.tag(layout.record)
    for _event, element in etree.iterparse(str(path), tag=tag, resolve_entities=False, no_network=True):
        values = {etree.QName(child).localname: child.text or "" for child in element}
        yield values["bsn"], values
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
