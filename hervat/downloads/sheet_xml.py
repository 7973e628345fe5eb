"""Facts that the reader of workbooks leaves out: cells with an error, uncalculated formulas, hidden rows.

The sheet's XML is searched for their marks, and parsed only if there is one.
"""

import posixpath
import re
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from hervat.downloads.cells import NO_VALUE
from hervat.downloads.refused import Wrong

_CHUNK, _OVERLAP = 1 << 20, 1 << 10
_TRUE = rb"""\s*=\s*["'](?:1|true)["']"""
_NS = rb"(?:\w+:)?"
_MARKS = re.compile(
    rb"""\bt\s*=\s*["']e["']"""
    rb"|<" + _NS + rb"(?:row|col)\b[^>]*\bhidden" + _TRUE + rb"|(?:</" + _NS + rb"f>|<" + _NS + rb"f\b[^>]*/>)\s*"
    rb"(?:<" + _NS + rb"v\b[^>]*/>|<" + _NS + rb"v\b[^>]*>\s*</" + _NS + rb"v>)?\s*</" + _NS + rb"c>"
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d+)")
_ERROR = "#ERROR!"
_BROKEN = (
    BadZipFile,
    LookupError,
    StopIteration,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OSError,
    zlib.error,
    EOFError,
)


@dataclass
class Odd:
    """Odd cells by row (from 1) and column (from 0), with a text in their place; numbers of hidden rows and columns."""

    cells: dict[int, dict[int, str]] = field(default_factory=dict)
    hidden_rows: int = 0
    hidden_columns: int = 0


def odd_of(content: bytes, sheet: str) -> Odd:
    """Return the oddities of a sheet of an .xlsx. Raises Wrong if it can't be parsed."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            name = _part(parts, sheet)
            with parts.open(name) as part:
                marked = _is_marked(part)
            if not marked:
                return Odd()
            with parts.open(name) as part:
                return _Sheet().parsed(part)
    except (*_BROKEN, expat.ExpatError):
        advice = "open it in Excel and save it as .xlsx, or as CSV (UTF-8)"
        raise Wrong("bad_workbook", "can't be read as an .xlsx workbook", advice) from None


def _is_marked(part: IO[bytes]) -> bool:
    before = b""
    while chunk := part.read(_CHUNK):
        if _MARKS.search(before + chunk) or (not before and chunk.startswith(_UTF16)):
            return True
        before = chunk[-_OVERLAP:]
    return False


def _part(parts: ZipFile, sheet: str) -> str:
    """Return the name of a sheet's part. Raises KeyError."""
    there = {name.casefold(): name for name in parts.namelist()}
    ids = {element["name"]: _of(element, "id") for element in _elements(parts.read(there["xl/workbook.xml"]), "sheet")}
    links = _elements(parts.read(there["xl/_rels/workbook.xml.rels"]), "Relationship")
    target = next(link["Target"] for link in links if link["Id"] == ids[sheet])
    return there[posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").casefold()]


def _of(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if key.rpartition(":")[2] == name), "")


def _elements(xml: bytes, tag: str) -> list[dict[str, str]]:
    elements: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            elements.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(xml, True)
    return elements


class _Sheet:
    """Goes through a sheet's XML once."""

    def __init__(self) -> None:
        self._odd, self._row, self._column = Odd(), 0, -1
        self._kind, self._text, self._formula, self._valued, self._within = "", "", False, False, False

    def parsed(self, part: IO[bytes]) -> Odd:
        """Return the oddities."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._said
        parser.ParseFile(part)
        return self._odd

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), -1
            self._odd.hidden_rows += _is_hidden(attributes)
        elif local == "col" and _is_hidden(attributes):
            self._odd.hidden_columns += 1
        elif local == "c":
            self._cell(attributes)
        elif local == "f":
            self._formula = True
        elif local in ("v", "is"):
            self._valued = self._within = True

    def _cell(self, attributes: dict[str, str]) -> None:
        place = _PLACE.fullmatch(attributes.get("r", ""))
        self._column = _column(place[1]) if place else self._column + 1
        self._row = int(place[2]) if place else self._row
        self._kind, self._text, self._formula, self._valued = attributes.get("t", "n"), "", False, False

    def _said(self, text: str) -> None:
        if self._within:
            self._text += text

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("v", "is"):
            self._within = False
        elif local == "c" and (odd := self._instead()):
            self._odd.cells.setdefault(self._row, {})[self._column] = odd

    def _instead(self) -> str:
        """Return the text in place of the cell that ends here; "" if it has a value."""
        if self._kind == "e":
            return self._text.strip() or _ERROR
        empty = not self._text.strip() and not (self._valued and self._kind in ("str", "inlineStr"))
        return NO_VALUE if self._formula and empty else ""


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("hidden", "0") in ("1", "true")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
