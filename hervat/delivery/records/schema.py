"""The XSD of a delivery: the official one, else the one that follows from the layout; and validation against it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from hervat.delivery.records.layout import HeaderValue, Kenmerk, RecordLayout
from hervat.errors import ConfigurationError, HervatError, Problem

_XS = "http://www.w3.org/2001/XMLSchema"
_PATTERNS: dict[HeaderValue, str] = {
    "municipality": "[0-9]{4}",
    "reporter": "[0-9]{4}",
    "quarter": "20[0-9]{2}Q[1-4]",
}
_PROVISIONAL = " PROVISIONAL: made from a layout that is not official; CBS may not accept it. "


def schema_text(layout: RecordLayout) -> bytes:
    """Return the XSD of a layout, as a file. An XSD can't express whether a kenmerk applies to a group or leerroute."""
    names = {"xs": _XS} | ({None: layout.namespace} if layout.namespace else {})
    top = etree.Element(_tag("schema"), nsmap=names)  # type: ignore[arg-type]
    if layout.namespace:
        top.set("targetNamespace", layout.namespace)
        top.set("elementFormDefault", "qualified")
    if layout.provisional:
        top.append(etree.Comment(_PROVISIONAL))
    root = _complex(_element(top, layout.root))
    if layout.block is None:
        _records(_child(root, "sequence"), layout)
    else:
        choice = _child(root, "choice")
        _records(_child(choice, "sequence"), layout)
        block = _element(choice, layout.block, maxOccurs="unbounded")
        _records(_child(_complex(block), "sequence"), layout)
    return etree.tostring(top, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _records(sequence: Any, layout: RecordLayout) -> None:
    """Put the header and the records of one gemeente into a sequence."""
    for name, what in layout.header.items():
        if what == "peildatum":
            _element(sequence, name, type="xs:date")
        else:
            _child(_restricted(_element(sequence, name), "xs:string"), "pattern", value=_PATTERNS[what])
    record = _complex(_element(sequence, layout.record, minOccurs="0", maxOccurs="unbounded"))
    inside = _child(record, "sequence")
    for kenmerk in layout.delivered:
        optional = {} if kenmerk.mandatory else {"minOccurs": "0"}
        _TYPES[kenmerk.type](_element(inside, kenmerk.name, **optional), kenmerk)


def _bsn(element: Any, _kenmerk: Kenmerk) -> None:
    _child(_restricted(element, "xs:string"), "pattern", value="[0-9]{9}")


def _text(element: Any, kenmerk: Kenmerk) -> None:
    found = _restricted(element, "xs:string")
    _child(found, "minLength", value="1")
    if kenmerk.length is not None:
        _child(found, "maxLength", value=str(kenmerk.length))


def _integer(element: Any, kenmerk: Kenmerk) -> None:
    found = _restricted(element, "xs:integer")
    for facet, value in (("minInclusive", kenmerk.minimum), ("maxInclusive", kenmerk.maximum)):
        if value is not None:
            _child(found, facet, value=str(value))


def _date(element: Any, _kenmerk: Kenmerk) -> None:
    _child(_restricted(element, "xs:date"), "pattern", value="[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _code(element: Any, kenmerk: Kenmerk) -> None:
    found = _restricted(element, "xs:string")
    for code in sorted(kenmerk.codes):
        _child(found, "enumeration", value=code)


_TYPES: dict[str, Callable[[Any, Kenmerk], None]] = {
    "bsn": _bsn,
    "text": _text,
    "integer": _integer,
    "date": _date,
    "code": _code,
}


def _tag(name: str) -> str:
    return f"{{{_XS}}}{name}"


def _child(parent: Any, kind: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _tag(kind), attributes)


def _element(parent: Any, name: str, **attributes: str) -> Any:
    return _child(parent, "element", name=name, **attributes)


def _complex(element: Any) -> Any:
    return _child(element, "complexType")


def _restricted(element: Any, base: str) -> Any:
    return _child(_child(element, "simpleType"), "restriction", base=base)


_SHOWN = 20
_AT_A_TIME = 1000  # records of which the lines are looked up at once
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True}


class SchemaError(HervatError):
    """The XML does not match the XSD: line numbers and counts, never content."""


def schema_for(layout: RecordLayout, xsd: Path | None) -> etree.XMLSchema:
    """Return the XSD that decides: the one in the file, else that of the layout. Raises ConfigurationError."""
    return read_schema(xsd) if xsd else etree.XMLSchema(etree.fromstring(schema_text(layout)))


def read_schema(path: Path) -> etree.XMLSchema:
    """Return the XSD in a file. Raises ConfigurationError."""
    try:
        return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(**_SAFE)))
    except (OSError, etree.Error) as error:
        wrong = f"this XSD cannot be used ({type(error).__name__})"
        raise ConfigurationError(
            [Problem(str(path), "cbs.xsd", wrong, "put the XSD of CBS there, or leave xsd out")]
        ) from None


def validate(path: Path, schema: etree.XMLSchema, record: str) -> None:
    """Check an XML file against an XSD, streamed; record: the tag of a record, which is on a line of its own.

    Raises SchemaError with the rejected lines.
    """
    try:
        for _event, element in etree.iterparse(str(path), events=("end",), tag=record, schema=schema, **_SAFE):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.Error:
        raise _refused(path, schema, record) from None


def _refused(path: Path, schema: etree.XMLSchema, record: str) -> SchemaError:
    """Check again, some records at a time: a streamed check reports that something is wrong, but not where."""
    errors = dict.fromkeys(error for part in _parts(path, record) for error in _wrong(part, schema))
    if not errors:
        return SchemaError("the XSD refuses the file as a whole: records that are right apart do not fit together")
    lines = [f"line {line}: {kind}" for line, kind in sorted(errors)]
    more = [f"and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
    return SchemaError("\n".join([f"the XSD refuses the records in {len(errors)} places:", *lines[:_SHOWN], *more]))


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
    """Yield (line, kind of error) of what the XSD rejects in a part."""
    schema.validate(etree.fromstring(b"".join(line for _, line in part), etree.XMLParser(**_SAFE)))
    log: Any = schema.error_log
    for entry in log.filter_from_errors():
        yield part[entry.line - 1][0], entry.type_name
