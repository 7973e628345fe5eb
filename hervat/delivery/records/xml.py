"""The XML of a delivery, streamed: the same records give the same bytes. One record a line, so errors can name it.

Written as text and not through a tree: values were judged before (no sign that XML forbids is among them), and the
whole file is read again by an XML parser under an XSD before it is put in place.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from hervat.delivery.records.layout import RecordLayout
from hervat.delivery.records.records import Part

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_KNOWN = 20_000


@dataclass(frozen=True)
class Written:
    """Number of records and SHA-256 of the written bytes."""

    records: int
    digest: str


class Writer:
    """A delivery under way: the header and records of one gemeente, or blocks of several."""

    def __init__(self, handle: BinaryIO, layout: RecordLayout) -> None:
        self._handle, self._layout = handle, layout
        self._sha256, self.records = hashlib.sha256(), 0

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written so far."""
        return self._sha256.hexdigest()

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Write the start and the end of the document."""
        space = f' xmlns="{_text(self._layout.namespace)}"' if self._layout.namespace else ""
        self._put(f"<?xml version='1.0' encoding='utf-8'?>\n<{self._layout.root}{space}>\n")
        yield
        self._put(f"</{self._layout.root}>")

    @contextmanager
    def block(self) -> Iterator[None]:
        """Write the element around one gemeente in a joint delivery."""
        self._put(f"<{self._layout.block}>\n")
        yield
        self._put(f"</{self._layout.block}>\n")

    def gemeente(self, header: Mapping[str, str], parts: Iterable[Part]) -> int:
        """Write the header and records of one gemeente; return the record count. header: element name -> text."""
        self._put("".join(f"<{name}>{_text(text)}</{name}>\n" for name, text in header.items()))
        before = self.records
        elements = [(kenmerk.name, _Element(kenmerk.name).__getitem__) for kenmerk in self._layout.delivered]
        for part in parts:
            self._put(self._lines(part, elements))
            self.records += part.size
        return self.records - before

    def _lines(self, part: Part, elements: list[tuple[str, Callable[[str | None], str]]]) -> str:
        columns = [list(map(element, part.texts[name])) for name, element in elements if name in part.texts]
        end, start = f"</{self._layout.record}>\n", f"<{self._layout.record}>"
        lines = (end + start).join(map("".join, zip(*columns, strict=True)))
        return f"{start}{lines}{end}" if part.size else ""

    def _put(self, text: str) -> None:
        data = text.encode()
        self._sha256.update(data)
        self._handle.write(data)


class _Element(dict[str | None, str]):
    """Text of a kenmerk -> its element, worked out when it is first met; none for none."""

    def __init__(self, name: str) -> None:
        super().__init__({None: ""})
        self._start, self._end = f"<{name}>", f"</{name}>"

    def __missing__(self, text: str) -> str:
        element = f"{self._start}{_text(text)}{self._end}"
        if len(self) < _KNOWN:
            self[text] = element
        return element


def _text(text: str | None) -> str:
    return (text or "").translate(_ESCAPED)
