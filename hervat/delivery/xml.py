"""The XML of a delivery, streamed: the same records give the same bytes. One record a line, so errors can name it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from lxml import etree

from hervat.delivery.layout import Layout
from hervat.delivery.records import Record


@dataclass(frozen=True)
class Written:
    """What was written: the number of records and the SHA-256 of the bytes."""

    records: int
    digest: str


class _Hashed:
    """A file that hashes what goes into it."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle, self.sha256 = handle, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self._handle.write(data)


def write_xml(handle: BinaryIO, layout: Layout, header: Mapping[str, str], records: Iterable[Record]) -> Written:
    """Write the records to an open file and return their number and the digest. `header`: element name -> text."""
    hashed, count = _Hashed(handle), 0
    names = {None: layout.namespace} if layout.namespace else None
    with etree.xmlfile(hashed, encoding="utf-8") as out:
        out.write_declaration()
        with out.element(layout.tag(layout.root), nsmap=names):
            out.write("\n")
            for name, text in header.items():
                _element(out, layout.tag(name), text)
                out.write("\n")
            tags = {name: layout.tag(name) for name in layout.by_name}
            for record in records:
                with out.element(layout.tag(layout.record)):
                    for name, text in record.values:
                        _element(out, tags[name], text)
                out.write("\n")
                count += 1
    return Written(count, hashed.sha256.hexdigest())


def _element(out: Any, tag: str, text: str) -> None:
    with out.element(tag):
        out.write(text)
