"""What parties received and were told: disclosures, notices, and the free text of their receipts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.notices import KIND, UNDATED
from hervat.register import DOUBT, among, scope
from hervat.register.models import DisclosedTo, Enclosure, Notice, Receipt, Told
from hervat.upkeep.retention.look import IS_SETTLED, Look
from hervat.upkeep.retention.things import Over, Rows, TermKind, Things, deleted, emptied
from hervat.vault import Vault


def _disclosures(look: Look, term: str) -> Things:
    """Return the disclosures whose term is over, counted from the last event about the person.

    None of a person about whom something waits, or of whom a party must still be told. What the local system shows
    again is not captured again before something new is known about the person (hervat.notices.disclosures).
    """
    if not look.may_end(term):
        return {}
    columns = DisclosedTo.id, DisclosedTo.key, DisclosedTo.provided_on, DisclosedTo.captured_on
    rows = look.session.execute(select(*columns).where(scope(DisclosedTo, look.night.code))).tuples()
    over = {}
    for number, key, provided_on, captured_on in rows:
        person = look.owner.get(key)
        if person is not None and (person in look.open or _must_be_told(look, person)):
            continue
        day = captured_on if provided_on == UNDATED else provided_on
        if ends := _ends(look, person, day, captured_on, term):
            over[number] = Over(*ends)
    return over


def _must_be_told(look: Look, person: int) -> bool:
    return person in look.untold and look.states.get(person, ("", None))[0] == "corrected"


def _ends(look: Look, person: int | None, day: date, captured_on: date, term: str) -> tuple[date, date] | None:
    first, last, seen = (day, day, captured_on) if person is None else look.signals.get(person, (day, day, captured_on))
    came = max(day, captured_on, seen, look.events.get(person or -1, captured_on))
    return look.ends(min(first, day), max(last, day), came, term)


def _end_disclosures(session: Session, _night: Night, numbers: Sequence[int]) -> Rows:
    return {"disclosure": deleted(session, DisclosedTo, among(DisclosedTo.id, numbers))}


def _notices(look: Look, _term: str) -> Things:
    """Return the notices whose archive two persons destroyed, and whose rows nothing needs any more.

    A party's is needed while it is stored that the party received the data of a person in it, and a supplier's while a
    person in it is known: without it the same notice would be sent again.
    """
    vault = Vault(look.night.settings.vault, look.night.keyring)
    kept = {str(thing.meta["number"]) for thing in vault.objects(KIND)}
    every = vault.objects(KIND, ended_too=True)
    ended = {name: thing.at for thing in every if (name := str(thing.meta["number"])) not in kept}
    columns = Notice.id, Notice.number, Notice.day, Notice.audience, Notice.party
    query = select(*columns).where(scope(Notice, look.night.code), IS_SETTLED)
    rows = [row for row in look.session.execute(query) if row.number in ended] if ended else []
    named = _named_in(look, {row.id for row in rows})
    return {
        row.id: Over(row.day, date.fromisoformat(ended[row.number][:10]))
        for row in rows
        if not _is_needed(look, row.audience, row.party, named.get(row.id, ()))
    }


def _is_needed(look: Look, audience: str, party: str, keys: Iterable[str]) -> bool:
    if audience == "party":
        return any((party, key) in look.received for key in keys)
    return any(key in look.owner for key in keys)


def _named_in(look: Look, notices: Iterable[int]) -> dict[int, list[str]]:
    """Return notice -> the pseudonyms of the persons in it."""
    named: defaultdict[int, list[str]] = defaultdict(list)
    query = select(Told.notice_id, Told.key).where(among(Told.notice_id, notices))
    for number, key in look.session.execute(query).tuples():
        named[number].append(key)
    return named


def _end_notices(session: Session, _night: Night, numbers: Sequence[int]) -> Rows:
    children = {
        model.__tablename__: deleted(session, model, among(model.notice_id, numbers))
        for model in (Told, Enclosure, Receipt)
    }
    return {**children, "notice": deleted(session, Notice, among(Notice.id, numbers))}


def _receipts(look: Look, term: str) -> Things:
    """Return the receipts with a free text whose notice is settled and in no doubt, counted from the last receipt."""
    doubtful = select(Receipt.notice_id).where(scope(Receipt, look.night.code), Receipt.status == DOUBT)
    last = select(Receipt.notice_id, func.max(Receipt.read_on).label("read_on")).group_by(Receipt.notice_id).subquery()
    query = (
        select(Receipt.id, Notice.day, last.c.read_on)
        .join(Notice, Notice.id == Receipt.notice_id)
        .join(last, last.c.notice_id == Notice.id)
        .where(scope(Receipt, look.night.code), Receipt.reason.is_not(None), IS_SETTLED)
        .where(Notice.id.not_in(doubtful))
    )
    rows = look.session.execute(query).tuples()
    ends = {number: look.ends(day, day, max(day, read_on), term) for number, day, read_on in rows}
    return {number: Over(*each) for number, each in ends.items() if each}


def _end_receipts(session: Session, _night: Night, numbers: Sequence[int]) -> Rows:
    return {"receipt": emptied(session, Receipt, among(Receipt.id, numbers), {"reason": None})}


DISCLOSURE = TermKind("disclosure", _disclosures, _end_disclosures)
NOTICE = TermKind("notice", _notices, _end_notices)
RECEIPT = TermKind("receipt", _receipts, _end_receipts)
