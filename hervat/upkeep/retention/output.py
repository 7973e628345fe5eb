"""Files in the output that go after a short term: reports, a worklist that no night replaced, folders of deliveries.

One command or night removes them, without two persons: none of them is the only copy of anything. A report and a
worklist are made from the register, which keeps what they say under terms of its own; a delivery's file is at CBS, and
the register keeps its SHA-256, its counts and whom it held.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select

from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Delivery
from hervat.settings import end_of
from hervat.today import dutch_day
from hervat.upkeep.retention.deliveries import folders

OUTPUT = ("delivery", "report", "worklist")


def files_due(night: Night, kind: str) -> list[tuple[date, date]]:
    """Return for each file or folder of a kind whose term is over from which day it counted, and when it was over."""
    return [over for _, over in _due(night, kind)]


def clear_output(night: Night, kinds: Iterable[str] = OUTPUT) -> dict[str, int]:
    """Remove what is due; return kind -> files and folders. A shadow night removes nothing.

    What can't be removed is an error of the night; the rest goes on.
    """
    counts: Counter[str] = Counter()
    for kind in () if night.shadow else kinds:
        for path, _ in list(_due(night, kind)):
            try:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            except OSError as error:
                night.error(
                    f"a {kind} past its term was not removed ({type(error).__name__}): {path}; correct its rights"
                )
            else:
                counts[kind] += 1
    if counts:
        detail = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        with night.register.session() as session:
            night.record(session, "output cleared", f"municipality {night.code}", f"past their term: {detail}")
    return dict(counts)


def _due(night: Night, kind: str) -> Iterator[tuple[Path, tuple[date, date]]]:
    retention = night.settings.retention
    term = retention.delivery_files if kind == "delivery" else retention.term(kind)
    for path, day in _dated(night, kind) if term else ():
        ends_on = end_of(day, str(term))
        if ends_on <= night.as_of:
            yield path, (day, ends_on)


def _dated(night: Night, kind: str) -> Iterator[tuple[Path, date]]:
    """Yield the files or folders of a kind with the day from which their term counts."""
    output = night.settings.output
    if kind == "delivery":
        yield from _confirmed(night)
    elif kind == "report":
        for path in sorted((output / "report" / night.code).glob("????-??-??.html")):
            with suppress(ValueError):
                yield path, date.fromisoformat(path.stem)
        yield from _written(output / "report" / night.code / "laatste.html")
    else:
        yield from _written(output / "worklist" / f"{night.code}.xlsx")


def _written(path: Path) -> Iterator[tuple[Path, date]]:
    if path.is_file():
        yield path, dutch_day(datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _confirmed(night: Night) -> Iterator[tuple[Path, date]]:
    """Yield the folders of quarters whose last delivery is confirmed; not one with a correction that waits."""
    query = select(Delivery.quarter, Delivery.confirmed_on).where(scope(Delivery, night.code)).order_by(Delivery.id)
    with night.register.session() as session:
        last = {quarter: confirmed_on for quarter, confirmed_on in session.execute(query).tuples()}
    for quarter, confirmed_on in last.items():
        if confirmed_on:
            yield from ((folder, confirmed_on) for folder in folders(night, quarter))
