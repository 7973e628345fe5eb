"""The XSD that follows from a record layout. The official one takes its place (cbs.xsd)."""

from collections.abc import Callable
from typing import Any

from lxml import etree

from hervat.delivery.layout import HeaderValue, Kenmerk, Layout

_XS = "http://www.w3.org/2001/XMLSchema"
_PATTERNS: dict[HeaderValue, str] = {
    "municipality": "[0-9]{4}",
    "reporter": "[0-9]{4}",
    "quarter": "20[0-9]{2}Q[1-4]",
}
_PROVISIONAL = " PROVISIONAL: made from a layout that is no official one; nothing claims that CBS accepts it. "


def schema_text(layout: Layout) -> bytes:
    """Return the XSD of a layout, as a file. Whether a kenmerk applies to a group or leerroute an XSD can't say."""
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


def _records(sequence: Any, layout: Layout) -> None:
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
