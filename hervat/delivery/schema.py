"""The official XSD, where the gemeente has it: a delivery that it refuses is not put in place."""

from pathlib import Path
from typing import Any

from lxml import etree

from hervat.errors import ConfigurationError, HervatError, Problem

_SHOWN = 20


class SchemaError(HervatError):
    """The XML is not what the XSD asks: line numbers and counts, never what stood there."""


def read_schema(path: Path) -> etree.XMLSchema:
    """Return the XSD in a file. Raises ConfigurationError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.XMLSchema(etree.parse(str(path), parser))
    except (OSError, etree.Error) as error:
        wrong = f"this is no XSD that can be used ({type(error).__name__})"
        raise ConfigurationError(
            [Problem(str(path), "cbs.xsd", wrong, "put the XSD of CBS there, or leave xsd out")]
        ) from None


def validate(path: Path, schema: etree.XMLSchema) -> None:
    """Check an XML file by an XSD, streamed. Raises SchemaError with the lines; a record stands on one line."""
    parsed = etree.iterparse(str(path), events=("end",), schema=schema, resolve_entities=False, no_network=True)
    try:
        for _event, element in parsed:
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.Error:
        raise _refused(path, schema) from None


def _refused(path: Path, schema: etree.XMLSchema) -> SchemaError:
    """Read the file again as a tree: a streamed check says that something is wrong, and knows no line numbers."""
    schema.validate(etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)))
    log: Any = schema.error_log
    found = list(log.filter_from_errors())
    lines = [f"line {entry.line}: {entry.type_name}" for entry in found[:_SHOWN]]
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return SchemaError("\n".join([f"the XSD refuses the records in {len(found)} places:", *lines, *more]))
