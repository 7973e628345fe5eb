"""Strangers in the register: each gets a number, so that a person can decide about them and a party can be told."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from hervat.bsn import Bsn
from hervat.delivery import GateFacts, orphan_bsns, unseen_bsns
from hervat.intake import Identities, end_unjudged
from hervat.night import Night
from hervat.register import Bulk, scope
from hervat.register.models import Incident, Stranger
from hervat.settling import read_again

ORPHANS = "orphans"


def enlist(
    session: Session, night: Night, bsns: Iterable[Bsn], known: Mapping[str, int] = MappingProxyType({})
) -> dict[str, int]:
    """Give each of these persons a number, if they have none yet; return BSN pseudonym -> number.

    known: the numbers of persons, as read in this night; only for the others the register is asked.
    """
    digits = sorted({bsn.reveal() for bsn in bsns})
    pseudonyms = dict(zip(digits, map(night.keyring.pseudonyms("bsn"), digits), strict=True))
    numbers = {pseudonym: known[pseudonym] for pseudonym in pseudonyms.values() if pseudonym in known}
    if len(numbers) == len(digits):
        return numbers
    new = [digit for digit in digits if pseudonyms[digit] not in numbers]
    with Bulk(session) as bulk:
        identities = Identities(bulk, night.keyring)
        persons = identities.persons_of([(digit, None) for digit in new])
        identities.write()
    read_again(night)
    return numbers | dict(zip(map(pseudonyms.__getitem__, new), persons, strict=True))


def note(session: Session, night: Night, facts: GateFacts) -> dict[str, int]:
    """Store who is a stranger now and since when; return BSN pseudonym -> number.

    New orphans are an incident, which ends by itself when there are none left. While a system can't be read nobody
    counts as gone.
    """
    unseen = enlist(session, night, chain.from_iterable(unseen_bsns(facts).values()), facts.people.owner)
    orphans = enlist(session, night, chain.from_iterable(orphan_bsns(facts).values()), facts.people.owner)
    since = dict.fromkeys(unseen.values(), "unseen_since") | dict.fromkeys(orphans.values(), "orphan_since")
    fresh = _keep(session, night, since, forget=not facts.errors)
    _incidents(session, night, fresh, orphans=bool(orphans), sure=not facts.errors)
    return unseen | orphans


def strangers_in(facts: GateFacts) -> dict[str, list[Bsn]]:
    """Return system -> the BSNs of the strangers in it, masked when printed, for the worklist."""
    unseen, orphans = unseen_bsns(facts), orphan_bsns(facts)
    return {name: [*unseen[name], *orphans[name]] for name in orphans}


def since_when(session: Session, code: str) -> dict[int, date]:
    """Return person -> first day as a stranger."""
    query = select(Stranger.person_id, Stranger.unseen_since, Stranger.orphan_since)
    rows = session.execute(query.where(scope(Stranger, code)))
    return {person: min(day for day in days if day) for person, *days in rows}


def _keep(session: Session, night: Night, since: dict[int, str], *, forget: bool) -> int:
    """Store the first day of each stranger; return the number of new orphans."""
    rows = {row.person_id: row for row in session.scalars(select(Stranger).where(scope(Stranger, night.code)))}
    blank = {"municipality": night.code, "unseen_since": None, "orphan_since": None}
    fresh: list[dict[str, Any]] = [
        {**blank, "person_id": person, column: night.as_of} for person, column in since.items() if person not in rows
    ]
    later: list[dict[str, Any]] = [
        {"id": rows[person].id, column: night.as_of}
        for person, column in since.items()
        if person in rows and getattr(rows[person], column) is None
    ]
    gone = [row.id for person, row in rows.items() if person not in since] if forget else []
    if fresh:
        session.execute(insert(Stranger), fresh)
    if later:
        session.execute(update(Stranger), later)
    if gone:
        session.execute(delete(Stranger).where(Stranger.id.in_(gone)))
    return sum(row.get("orphan_since") is not None for row in [*fresh, *later])


def _incidents(session: Session, night: Night, fresh: int, *, orphans: bool, sure: bool) -> None:
    if fresh:
        session.add(Incident(municipality=night.code, kind=ORPHANS, count=fresh, opened_on=night.as_of))
        message = f"{fresh} persons stand in local systems without a valid signal"
        night.record(session, "incident opened", ORPHANS, message)
    elif sure and not orphans:
        end_unjudged(session, night, ORPHANS, "nobody stands in a local system without a valid signal any more")
