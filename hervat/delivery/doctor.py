"""`hervat doctor` on the delivery: the layout, the XSD and the records query; nothing is written."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from hervat.delivery.records.layout import read_layout
from hervat.delivery.records.records import check_columns
from hervat.delivery.records.schema import read_schema
from hervat.delivery.records.source import open_records
from hervat.errors import redacted
from hervat.settings import Cbs, Municipality

_ANY_DAY = date(2022, 3, 31)


def check(municipality: Municipality, directory: Path) -> list[str]:
    """Return the problems of the layout, the XSD and the records query; `directory` is the configuration's."""
    cbs = municipality.cbs
    return [] if cbs is None else [wrong for step in _steps(municipality, cbs, directory) for wrong in _attempt(step)]


def _steps(municipality: Municipality, cbs: Cbs, directory: Path) -> Iterator[Callable[[], object]]:
    def columns() -> None:
        with open_records(municipality, cbs, _ANY_DAY) as source:
            source.first()
            check_columns(source, read_layout(cbs.layout, directory))

    yield columns
    if (xsd := cbs.xsd) is not None:
        yield lambda: read_schema(xsd)


def _attempt(step: Callable[[], object]) -> list[str]:
    try:
        step()
    except Exception as error:  # noqa: BLE001 - one thing that is wrong hides no other
        return [redacted(error)]
    return []
