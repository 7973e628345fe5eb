"""What waits in the register and shuts the gate: rows, files, plans and requests to suppliers. A few queries in all."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.delivery.facts import Keys
from hervat.intake.quarantine import UNLOADED
from hervat.register.models import CleaningPlan, Download, Notice, PlanPerson, QuarantinedRow, Told
from hervat.register.models.cleaning import WAITING
from hervat.register.models.intake import OPEN
from hervat.register.people import People
from hervat.settings import Municipality


def quarantined_corrections(session: Session, municipality: str) -> Keys:
    """Return the quarantined rows that may be a correction and that nobody mended or rejected."""
    found = session.execute(
        select(QuarantinedRow.download_id, QuarantinedRow.row).where(
            QuarantinedRow.municipality == municipality,
            QuarantinedRow.correction.is_(True),
            QuarantinedRow.status == OPEN,
        )
    )
    return frozenset(f"file {file} row {row}" for file, row in found)


def unloaded(session: Session, municipality: str) -> Keys:
    """Return the secured files that are not loaded: a run was killed or had no load
    step, loading failed, or they were refused and nobody ended it."""
    found = session.scalars(
        select(Download.id).where(Download.municipality == municipality, Download.status.in_(UNLOADED))
    )
    return frozenset(f"file {number}" for number in found)


def waiting_persons(session: Session, municipality: str) -> dict[str, Keys]:
    """Return system -> keys of the persons in plans that wait for approval."""
    return _gathered(
        session.execute(
            select(CleaningPlan.system, PlanPerson.key)
            .join(PlanPerson, PlanPerson.plan_id == CleaningPlan.id)
            .where(CleaningPlan.municipality == municipality, CleaningPlan.status == WAITING)
        ).tuples()
    )


def unconfirmed(session: Session, municipality: Municipality, people: People) -> dict[str, Keys]:
    """Return supplier's system -> keys of the persons of whom the supplier has not confirmed the erasure.

    Those in a request without that confirmation, and the corrected persons whom no request names yet: hervat can't
    look into such a system, so a person is proven gone there by the confirmation alone.
    """
    asked, done = _requests(session, municipality.code, False), _requests(session, municipality.code, True)
    found = {name: _keys(people, keys) for name, keys in asked.items()}
    corrected = frozenset(key for one in people.in_state("corrected") if (key := people.key(one)))
    for system in municipality.systems:
        if system.supplier and system.policy != "retain":
            ended = _keys(people, done.get(system.name, frozenset()))
            found[system.name] = found.get(system.name, frozenset()) | (corrected - ended)
    return found


def _requests(session: Session, municipality: str, confirmed: bool) -> dict[str, Keys]:
    ended = Notice.done_on.is_not(None) if confirmed else Notice.done_on.is_(None)
    return _gathered(
        session.execute(
            select(Notice.party, Told.key)
            .join(Told, Told.notice_id == Notice.id)
            .where(Notice.municipality == municipality, Notice.audience == "supplier", ended)
        ).tuples()
    )


def _keys(people: People, keys: Keys) -> Keys:
    """Return today's keys of persons named by a key of then: he may have been joined with another since."""
    return frozenset((people.key(people.owner[key]) if key in people.owner else None) or key for key in keys)


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Keys]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, key in pairs:
        found[name].add(key)
    return {name: frozenset(keys) for name, keys in found.items()}
