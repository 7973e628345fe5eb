"""Deliveries to CBS, whom they held, and files in the output that go after a short term: reports, a worklist, folders.

One command or night removes the files, without two persons: none of them is the only copy of anything. A report and a
worklist (one that no night replaced) are made from the register, which keeps what they say under terms of its own; a
delivery's file is at CBS, and the register keeps its SHA-256, its counts and, for its own term, whom it held.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.delivery import holding, peildatum
from hervat.night import Night
from hervat.register import among, scope
from hervat.register.models import Acceptance, Delivery, DeliveryBlock
from hervat.settings import end_of
from hervat.today import dutch_day
from hervat.upkeep.retention.look import Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted, emptied

_QUARTER = 3  # months


def _due(look: Look, term: str) -> Things:
    """Return the deliveries of confirmed quarters whose term is over, counted from the confirmation.

    Not one of a quarter that waits for a correction: its last delivery has no receipt, or the one that CBS has holds a
    person who is corrected now.
    """
    query = select(Delivery.id, Delivery.quarter, Delivery.receipt, Delivery.confirmed_on, Delivery.remembers)
    rows = look.session.execute(query.where(scope(Delivery, look.night.code)).order_by(Delivery.id)).all()
    wrong = _with_corrected(look)
    over: dict[int, Over] = {}
    for quarter in {row.quarter for row in rows}:
        of_quarter = [row for row in rows if row.quarter == quarter]
        last = of_quarter[-1]
        if last.receipt is None or last.id in wrong:
            continue
        if ends := look.ends(_first_day(quarter), peildatum(quarter), last.confirmed_on, term):
            over |= {row.id: Over(*ends) for row in of_quarter if row.remembers}
    return over


def _with_corrected(look: Look) -> set[int]:
    corrected = {person for person, (state, _) in look.states.items() if state == "corrected"}
    keys = {key for key, person in look.owner.items() if person in corrected}
    return holding(look.session, look.night.keyring, keys)


def _first_day(quarter: str) -> date:
    return date(int(quarter[:4]), _QUARTER * (int(quarter[-1]) - 1) + 1, 1)


def _end(session: Session, night: Night, numbers: Sequence[int]) -> Rows:
    quarters = _quarters(session, night, numbers)
    own = scope(Acceptance, night.code)
    return {
        "delivery_block": deleted(session, DeliveryBlock, among(DeliveryBlock.delivery_id, numbers)),
        "delivery": emptied(session, Delivery, among(Delivery.id, numbers), {"remembers": False}),
        "acceptance": deleted(session, Acceptance, own & among(Acceptance.quarter, quarters)),
    }


def _files(session: Session, night: Night, numbers: Sequence[int]) -> None:
    for quarter in _quarters(session, night, numbers):
        for folder in folders(night, quarter):
            shutil.rmtree(folder, ignore_errors=True)


def _quarters(session: Session, night: Night, numbers: Sequence[int]) -> set[str]:
    query = select(Delivery.quarter).where(scope(Delivery, night.code), among(Delivery.id, numbers))
    return set(session.scalars(query))


def folders(night: Night, quarter: str) -> list[Path]:
    """Return the folders of a quarter that exist. A joint delivery is in the folder of its reporter."""
    cbs = night.municipality.cbs
    codes = {night.code, cbs.reporter if cbs and cbs.together else night.code}
    places = [night.settings.output / "cbs" / code / quarter for code in sorted(codes)]
    return [place for place in places if place.is_dir() and not place.is_symlink()]


DELIVERY = TermKind("delivery", _due, _end, _files)


OUTPUT = ("delivery", "report", "worklist")


def files_due(night: Night, kind: str) -> list[tuple[date, date]]:
    """Return for each file or folder of a kind whose term is over from which day it counted, and when it was over."""
    return [over for _, over in _files_due(night, kind)]


def clear_output(night: Night, kinds: Iterable[str] = OUTPUT) -> dict[str, int]:
    """Remove what is due; return kind -> files and folders. A shadow night removes nothing.

    What can't be removed is an error of the night; the rest goes on.
    """
    counts: Counter[str] = Counter()
    for kind in () if night.shadow else kinds:
        for path, _ in list(_files_due(night, kind)):
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


def _files_due(night: Night, kind: str) -> Iterator[tuple[Path, tuple[date, date]]]:
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
