"""The records of a delivery, judged by the layout while they stream by in parts; all mistakes at once, no value."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hervat.delivery.columns import Column, Texts
from hervat.delivery.layout import Kenmerk, Layout
from hervat.delivery.source import RecordsSource
from hervat.errors import HervatError

_SHOWN = 20


class RecordsError(HervatError):
    """Records that can't be delivered: their numbers, kenmerken and reasons."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some records, one after another: the number of the first (from 1, in the order of the query's columns), and the
    texts of each kenmerk that the query gives, in the layout's order."""

    first: int
    texts: dict[str, Texts] = field(repr=False)

    @property
    def size(self) -> int:
        """The number of records."""
        return len(self.texts["bsn"])

    def of(self, name: str) -> Texts:
        """Return the texts of a kenmerk, all None where the query does not give it."""
        return self.texts.get(name) or [None] * self.size


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


def read_parts(source: RecordsSource, layout: Layout) -> Iterator[Part]:
    """Yield the records; raises RecordsError after the last when any value was wrong, so nothing may be kept."""
    columns, faults, first = _columns(source, layout), _Faults(), 1
    for rows in source.parts():
        part = Part(first, _texts(first, rows, columns, faults))
        _refuse_absent(part, [one for _, one in columns], layout, faults)
        yield part
        first += len(rows)
    faults.raise_any()


def check_columns(source: RecordsSource, layout: Layout) -> None:
    """Raise RecordsError when the query's columns are no kenmerken, or a mandatory one is not among them."""
    _columns(source, layout)


def _columns(source: RecordsSource, layout: Layout) -> list[tuple[int, Column]]:
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
    return [(places[name], Column(kenmerk)) for name, kenmerk in known.items() if name in places]


def _texts(
    first: int, rows: Sequence[Sequence[Any]], columns: list[tuple[int, Column]], faults: _Faults
) -> dict[str, Texts]:
    turned = list(zip(*rows, strict=True))
    return {
        one.kenmerk.name: one.texts(
            turned[place],
            lambda at, reason, name=one.kenmerk.name: faults.add(first + at, name, reason),  # type: ignore[misc]
        )
        for place, one in columns
    }


def _refuse_absent(part: Part, columns: list[Column], layout: Layout, faults: _Faults) -> None:
    """Note where a kenmerk is absent on no ground that the layout names: the person's group and leerroute have it."""
    for one in (column.kenmerk for column in columns):
        if one.bound:
            for at in absent(part, one, layout):
                faults.add(part.first + at, one.name, "missing")


def absent(part: Part, kenmerk: Kenmerk, layout: Layout) -> Iterator[int]:
    """Yield the places of the records that lack a kenmerk which applies to them."""
    of_all = zip(part.of(kenmerk.name), part.of(layout.group), part.of(layout.leerroute), strict=True)
    for at, (text, group, leerroute) in enumerate(of_all):
        if text is None and applies(kenmerk, group, leerroute):
            yield at


def applies(kenmerk: Kenmerk, group: str | None, leerroute: str | None) -> bool:
    """Say whether a kenmerk applies to a person of this group on this leerroute."""
    return (not kenmerk.groups or group in kenmerk.groups) and (
        not kenmerk.leerroutes or leerroute in kenmerk.leerroutes
    )
