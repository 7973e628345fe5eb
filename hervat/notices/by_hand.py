"""What a person told a party by hand: for those whom a notice can't name, so that nobody waits for it for ever."""

from dataclasses import replace

from hervat.attribution import named
from hervat.errors import UsageError
from hervat.night import Night
from hervat.notices.due import KINDS
from hervat.notices.marks import marks_of
from hervat.notices.outbox import Draft, Saying, write
from hervat.notices.recipients import parties
from hervat.notices.told import due_to
from hervat.register.models.notices import SENT
from hervat.register.people import read_people


def told_by_hand(night: Night, party: str, by: str) -> int:
    """Record that `by` told a party by hand of all whom its notices can't name; return how many persons that are.

    A notice a kind is written that names nobody and is never sent. Raises UsageError for a party that is not there.
    """
    who = named(by)
    recipient = next((one for one in parties(night.municipality) if one.name == party), None)
    if recipient is None:
        raise UsageError(f"there is no party {party!r} in {night.code}")
    told = set()
    with night.register.session() as session:
        people = replace(read_people(session, night.code, night.settler, night.as_of), unseen=night.unseen)
        found, got, _ = due_to(session, night.code, recipient, people)
        marks = marks_of(session, night.keyring, recipient, people, {key for items in found.values() for key in items})
        for kind in (kind for kind in KINDS if kind in found):
            items = {key: item for key, item in found[kind].items() if key not in marks}
            persons = {people.owner[key] for key in items}
            if persons:
                states = {key: Saying(item.told, got[key].until, item.law) for key, item in items.items()}
                notice = write(session, night, recipient, None, Draft(kind, [], states, len(persons), len(persons)))
                notice.status, notice.sent_on, notice.received_on = SENT, night.as_of, night.as_of
                result = f"{kind}, {len(persons)} person(s)"
                night.record(session, "told by hand", notice.number, result, by=who)
                told |= persons
    return len(told)
