"""Rows of a large delivery, and the two ways of writing them: a bare lxml loop, and hervat's."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from lxml import etree

from hervat.delivery.gate.delivered_persons import Memory
from hervat.delivery.job import Figures
from hervat.delivery.records.layout import RecordLayout, read_layout
from hervat.delivery.records.records import Part, read_parts
from hervat.delivery.records.schema import schema_for, validate
from hervat.delivery.records.source import RecordsSource
from hervat.delivery.records.xml import Writer
from hervat.keyring import Keyring

COLUMNS = (
    *("bsn", "doelgroep", "datum_brede_intake", "datum_pip", "leerroute", "niveau", "intensiteit", "alfabetisering"),
    *("datum_aanbod", "datum_aanbod_start", "datum_map_start", "datum_pvt_start", "uren_taal", "uren_map"),
    *("aantal_voortgangsgesprekken", "datum_laatste_voortgangsgesprek"),
)
HEADER = {"gemeentecode": "0000", "berichtgever": "0000", "verslagperiode": "2022Q1", "peildatum": "2022-03-31"}
_BATCH = 2000
Row = tuple[Any, ...]


def layout() -> RecordLayout:
    """Return the layout that ships."""
    return read_layout("swi-provisional.yaml", Path())


def rows(count: int) -> list[Row]:
    """Return so many made-up records, as a database gives them: days as dates, a third of the values not there."""
    return rows_between(0, count)


def rows_between(first: int, end: int) -> list[Row]:
    """Return some of them."""
    return [_row(number) for number in range(first, end)]


def _row(at: int) -> Row:
    day, asylum = date(2022, 1, 1) + timedelta(days=at % 700), at % 2 == 0
    offered = day if asylum else None
    started = day if at % 3 else None
    return (
        *(
            _bsn(at),
            "Asielstatushouder" if asylum else "Gezinsvormer",
            day,
            started,
            "BOZ"[at % 3],
            "B1" if at % 3 else "A2",
        ),
        *(at % 900 + 1 if asylum and at % 3 == 0 else None, "NVT", offered, offered, started, started),
        *(at % 1200, at % 64, at % 12, started),
    )


def _bsn(number: int) -> str:
    """Return a made-up BSN that passes the elfproef: the last digit but one and the last make the sum fit."""
    start = f"{1_000_000 + number}"
    total = sum(int(digit) * weight for digit, weight in zip(start, range(9, 2, -1), strict=True))
    tail = next(n for n in range(100) if (total + n // 10 * 2 - n % 10) % 11 == 0)
    return f"{start}{tail:02}"


class Source:
    """Rows in memory, in the place of the records query."""

    def __init__(self, given: Sequence[Row]) -> None:
        self._rows, self.columns = given, list(COLUMNS)

    def parts(self) -> Iterator[Sequence[Row]]:
        """Yield them as the query does."""
        return (self._rows[at : at + _BATCH] for at in range(0, len(self._rows), _BATCH))


def bare(path: Path, given: Sequence[Row]) -> None:
    """Write the rows with lxml and nothing else: no value is judged, counted or hashed."""
    with path.open("wb") as handle, etree.xmlfile(handle, encoding="utf-8") as out:
        out.write_declaration()
        with out.element("swi"):
            for row in given:
                with out.element("inburgeraar"):
                    for name, value in zip(COLUMNS, row, strict=True):
                        if value is not None:
                            with out.element(name):
                                out.write(str(value))


def delivered(path: Path, given: Sequence[Row]) -> None:
    """Write them as a delivery: judged by the layout, counted, looked through, remembered, hashed."""
    form, figures, wrong = layout(), Figures(), frozenset(str(number) for number in range(5000))
    memory = Memory(Keyring(b"k" * 32, "0000"))

    def looked_at() -> Iterator[Part]:
        for part in read_parts(cast(RecordsSource, Source(given)), form):
            if wrong.intersection(part.texts["bsn"]):
                raise ValueError("a person who is not free")
            figures.add(part, form)
            memory.add(part.texts["bsn"])
            yield part

    with path.open("wb") as handle:
        writer = Writer(handle, form)
        with writer.whole():
            writer.gemeente(HEADER, looked_at())


def checked(path: Path) -> None:
    """Hold a written file against the XSD of the layout."""
    form = layout()
    validate(path, schema_for(form, None), form.tag(form.record))
