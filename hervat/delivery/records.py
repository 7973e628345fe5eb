"""The records of a delivery, checked by the layout while they stream by; all mistakes at once, never a value."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hervat.delivery.layout import Kenmerk, Layout
from hervat.delivery.source import RecordsSource
from hervat.delivery.values import Fault, written
from hervat.errors import HervatError

_SHOWN = 20


class RecordsError(HervatError):
    """Records that can't be delivered: their numbers, kenmerken and reasons."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number (from 1, in the order of the query's columns), BSN and values in the layout's order."""

    number: int
    bsn: str = field(repr=False)
    values: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass
class _Faults:
    """What was wrong: the first few by place, all by count."""

    first: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, number: int, kenmerk: str, reason: str) -> None:
        self.counts[f"{kenmerk}: {reason}"] += 1
        if len(self.first) < _SHOWN:
            self.first.append(f"record {number}: {kenmerk}: {reason}")

    def raise_any(self) -> None:
        total = self.counts.total()
        if total:
            more = [f"and {total - _SHOWN} more"] if total > _SHOWN else []
            sums = ", ".join(f"{what} {count} times" for what, count in sorted(self.counts.items()))
            places = "\n".join(self.first + more)
            order = "records are counted in the order of the query's columns"
            raise RecordsError(f"{total} values can't be delivered ({sums}); {order}:\n{places}")


def read_records(source: RecordsSource, layout: Layout) -> Iterator[Record]:
    """Yield the records that are right; raises RecordsError after the last when any was not, so nothing may be kept."""
    columns, faults = _columns(source, layout), _Faults()
    for number, row in enumerate(source.rows(), 1):
        values = tuple(_values(number, row, columns, faults))
        bsn = next((text for name, text in values if name == "bsn"), None)
        if bsn:
            yield Record(number, bsn, values)
    faults.raise_any()


def check_columns(source: RecordsSource, layout: Layout) -> None:
    """Raise RecordsError when the query's columns are no kenmerken, or a mandatory one is not among them."""
    _columns(source, layout)


def _columns(source: RecordsSource, layout: Layout) -> list[tuple[int, Kenmerk]]:
    places = {name: place for place, name in enumerate(source.columns)}
    known = {name.lower(): kenmerk for name, kenmerk in layout.by_name.items()}
    strange = sorted(set(places) - set(known))
    if strange:
        raise RecordsError(
            f"cbs.records: {', '.join(strange)} is no kenmerk of the layout {layout.name}; name each column as one"
            f" ({', '.join(layout.by_name)}), or drop it"
        )
    lacking = [one.name for one in layout.kenmerken if one.mandatory and one.name.lower() not in places]
    if lacking:
        raise RecordsError(f"cbs.records: the query lacks the mandatory {', '.join(lacking)}")
    return [(places[name], kenmerk) for name, kenmerk in known.items() if name in places]


def _values(
    number: int, row: tuple[Any, ...], columns: list[tuple[int, Kenmerk]], faults: _Faults
) -> Iterator[tuple[str, str]]:
    for place, kenmerk in columns:
        try:
            text = written(kenmerk, row[place])
        except Fault as fault:
            faults.add(number, kenmerk.name, str(fault))
        else:
            if text is not None:
                yield kenmerk.name, text
