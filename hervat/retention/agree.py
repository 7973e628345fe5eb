"""Two different persons: the first agrees that something ends, the second decides it."""

from collections.abc import Collection, Iterable

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from hervat.attribution import Signed
from hervat.named import same
from hervat.night import Night
from hervat.register.models import Destruction
from hervat.retention.due import Due


def agree(session: Session, night: Night, found: Iterable[Due], who: Signed) -> int:
    """Agree that all that is found ends: what another agreed to is decided by it; return how much that is.

    What was agreed to and may not end any more (a round was opened again, a term made longer) is forgotten. Raises
    UsageError without a name or reason, and with a BSN in them. The same person a second time changes nothing.
    """
    listed = list(found)
    open_ones = {row.object_id: row for row in session.scalars(_undecided(night.code))}
    mine = {one for one, row in open_ones.items() if same(row.first_by) == same(who.by)}
    fresh = [one for one in listed if one.thing.id not in open_ones]
    decided = [one.thing.id for one in listed if one.thing.id in open_ones and one.thing.id not in mine]
    if not fresh and not decided:  # his own agreement a second time: another person must
        return 0
    session.add_all([_row(night, one, who) for one in fresh])
    _decide(session, night, [open_ones[one] for one in decided], who)
    told = f"{len(fresh)} agreed, {len(decided)} decided: {who.reason}"
    night.record(session, "destruction agreed", f"municipality {night.code}", told, by=who)
    return len(decided)


def forget(session: Session, night: Night, still: Collection[str]) -> None:
    """Forget what one person agreed to and may not end any more."""
    gone = [row.id for row in session.scalars(_undecided(night.code)) if row.object_id not in still]
    session.execute(delete(Destruction).where(Destruction.id.in_(gone)))


def _undecided(code: str) -> Select[Destruction]:
    return select(Destruction).where(Destruction.municipality == code, Destruction.batch.is_(None))


def _row(night: Night, one: Due, who: Signed) -> Destruction:
    return Destruction(
        municipality=night.code,
        object_id=one.thing.id,
        kind=one.thing.kind,
        name=one.name,
        size=one.thing.size,
        secured_on=one.secured_on,
        ends_on=one.ends_on,
        term=one.term,
        first_by=who.by,
        first_why=who.reason,
    )


def _decide(session: Session, night: Night, rows: list[Destruction], who: Signed) -> None:
    batches = select(func.count(Destruction.batch.distinct())).where(Destruction.municipality == night.code)
    number = (session.scalar(batches) or 0) + 1
    for row in rows:
        row.second_by, row.second_why, row.decided_on = who.by, who.reason, night.as_of
        row.batch = f"{night.code}-{night.as_of:%Y%m%d}-{number}"
