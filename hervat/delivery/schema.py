"""The XSD that a delivery is held against, streamed: the official one where the gemeente has it, else the layout's.

A delivery that it refuses is not put in place.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from hervat.delivery.layout import Layout
from hervat.delivery.xsd import schema_text
from hervat.errors import ConfigurationError, HervatError, Problem

_SHOWN = 20
_AT_A_TIME = 1000  # records of which the lines are looked up at once
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True}


class SchemaError(HervatError):
    """The XML is not what the XSD asks: line numbers and counts, never what stood there."""


def schema_for(layout: Layout, xsd: Path | None) -> etree.XMLSchema:
    """Return the XSD that decides: the one in the file, else that of the layout. Raises ConfigurationError."""
    return read_schema(xsd) if xsd else etree.XMLSchema(etree.fromstring(schema_text(layout)))


def read_schema(path: Path) -> etree.XMLSchema:
    """Return the XSD in a file. Raises ConfigurationError."""
    try:
        return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(**_SAFE)))
    except (OSError, etree.Error) as error:
        wrong = f"this is no XSD that can be used ({type(error).__name__})"
        raise ConfigurationError(
            [Problem(str(path), "cbs.xsd", wrong, "put the XSD of CBS there, or leave xsd out")]
        ) from None


def validate(path: Path, schema: etree.XMLSchema, record: str) -> None:
    """Check an XML file by an XSD, streamed; record: the tag of a record, which stands on a line of its own.

    Raises SchemaError with the lines that are refused.
    """
    try:
        for _event, element in etree.iterparse(str(path), events=("end",), tag=record, schema=schema, **_SAFE):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.Error:
        raise _refused(path, schema, record) from None


def _refused(path: Path, schema: etree.XMLSchema, record: str) -> SchemaError:
    """Look again, a part of the records at a time: a streamed check says that something is wrong and not where."""
    found = dict.fromkeys(one for part in _parts(path, record) for one in _wrong(part, schema))
    if not found:
        return SchemaError("the XSD refuses the file as a whole: records that are right apart do not fit together")
    lines = [f"line {line}: {kind}" for line, kind in sorted(found)]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return SchemaError("\n".join([f"the XSD refuses the records in {len(found)} places:", *lines[:_SHOWN], *more]))


def _parts(path: Path, record: str) -> Iterator[list[tuple[int, bytes]]]:
    """Yield the lines around the records with a part of the records, each line with its number."""
    start = f"<{etree.QName(record).localname}>".encode()
    total, at = 1, 0
    while at < total:
        kept, total = [], 0
        with path.open("rb") as handle:
            for number, line in enumerate(handle, 1):
                if not line.startswith(start):
                    kept.append((number, line))
                    continue
                if at <= total < at + _AT_A_TIME:
                    kept.append((number, line))
                total += 1
        yield kept
        at += _AT_A_TIME


def _wrong(part: list[tuple[int, bytes]], schema: etree.XMLSchema) -> Iterator[tuple[int, str]]:
    """Yield (line, kind of error) of what the XSD refuses in a part."""
    schema.validate(etree.fromstring(b"".join(line for _, line in part), etree.XMLParser(**_SAFE)))
    log: Any = schema.error_log
    for entry in log.filter_from_errors():
        yield part[entry.line - 1][0], entry.type_name
