"""What stays after cleaning, of each person and row, for the worklist and (as counts) for the report."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.aftermath.refill import Refill, refills
from hervat.cleaning.nightly import SeenAgain, seen_again, since
from hervat.cleaning.nightly.restricted import left_tonight
from hervat.cleaning.nightly.shared import opened, shared_counts
from hervat.delivery import GateFacts
from hervat.delivery.facts import Hit
from hervat.delivery.list_rows import shown
from hervat.night import Night
from hervat.notices import supplier_terms
from hervat.register.models import SharedRow
from hervat.register.models.aftermath import SHARED, STRANDED
from hervat.settings import System


@dataclass(frozen=True)
class Loose:
    """A row that was shared and that nobody holds any more: a person looks at it."""

    system: str
    table: str
    key: str = field(repr=False)


@dataclass(frozen=True)
class Aftermath:
    """refills: to fill in again. again: seen again after cleaning. hits: in lists. loose: rows that nobody holds."""

    refills: tuple[Refill, ...] = ()
    again: tuple[SeenAgain, ...] = ()
    hits: tuple[Hit, ...] = ()
    loose: tuple[Loose, ...] = ()


def after(session: Session, night: Night, facts: GateFacts) -> Aftermath:
    """Return what stays after cleaning, as it stands now."""
    again = [
        one
        for system in night.municipality.databases
        for one in seen_again(session, night.code, system.name, facts.people)
    ]
    return Aftermath(tuple(refills(session, night, facts)), tuple(again), facts.hits, tuple(_loose(session, night)))


def counts(session: Session, night: Night, system: System, found: Aftermath) -> dict[str, Any]:
    """Return what the report shows of a system: counts and days, by the names of `SystemLine`."""
    name, code = system.name, night.code
    due_on, overdue = supplier_terms(session, code, name, night.as_of) if system.supplier else (None, 0)
    rows = {(hit.file, hit.sheet, hit.row) for hit in found.hits if hit.system == name}
    return {
        "refill": sum(one.system == name for one in found.refills),
        "since": since(Counter((one.cleaned_on, one.seen_on) for one in found.again if one.system == name)),
        "left": left_tonight(session, code, name, night.as_of),
        "shared": shared_counts(session, code, name, SHARED),
        "loose": shared_counts(session, code, name, STRANDED),
        "places": dict(sorted(Counter(shown(file) for file, _, _ in rows).items())),
        "due_on": due_on,
        "overdue": overdue,
    }


def _loose(session: Session, night: Night) -> list[Loose]:
    wanted = select(SharedRow).where(SharedRow.municipality == night.code, SharedRow.state == STRANDED)
    found = session.scalars(wanted.order_by(SharedRow.system, SharedRow.place, SharedRow.id))
    return [Loose(row.system, row.place, ", ".join(map(str, opened(night, row).key))) for row in found]
