"""Compose: per party one notice of each kind and run, about the persons whose data it received and nobody else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.before import learn_laws, told_without_law
from hervat.notices.document import persons_of
from hervat.notices.grounds import grounds_of, groups_of
from hervat.notices.obligations import KINDS, Obligation, Received
from hervat.notices.outbox import NoticeDraft, Statement, enqueue_all
from hervat.notices.recipients import Recipient, parties
from hervat.notices.what_parties_know import Known, due_to, known_to, marks_of
from hervat.settling import People, people_now


def compose(night: Night) -> Counter[str]:
    """Enqueue the notices that are due to all parties; return the number of each kind. In shadow they are only counted.

    A party's failure is noted by its name and holds up nobody else. Persons whom a party's notices can't name are
    counted in the night's attention: a person tells the party by hand.
    """
    made: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    recipients = parties(night.municipality)
    names = [recipient.name for recipient in recipients]
    with night.register.session() as session:
        people = people_now(session, night)
        lawless = told_without_law(session, night.code)
        known = known_to(session, night.code, names)
    people = replace(people, unseen=night.handover.unseen)
    for recipient in recipients:
        try:
            knows = None if recipient.name in lawless else known[recipient.name]
            made.update(_to_party(night, recipient, people, knows))
        except HervatError as error:
            night.error(f"{recipient}: no notice was composed: {error}")
    return made


def _to_party(night: Night, recipient: Recipient, people: People, known: Known | None) -> list[str]:
    """Enqueue a party's notices in one transaction; return their kinds. known: None if laws are to be learnt first."""
    with night.register.session() as session:
        if known is None:
            learn_laws(session, night, recipient, people)
            known = known_to(session, night.code, [recipient.name])[recipient.name]
        drafts = _drafts(session, night, recipient, people, known)
        if drafts and not night.shadow:
            enqueue_all(session, night, recipient, drafts)
    return [draft.kind for draft in drafts]


def _drafts(session: Session, night: Night, recipient: Recipient, people: People, known: Known) -> list[NoticeDraft]:
    due = due_to(known, people)
    keys = {key for items in due.values() for key in items}
    marks = marks_of(session, night.keyring, recipient, people, keys)
    unnamed = {people.owner[key] for key in keys - marks.keys()}
    if unnamed:
        night.attention.append(
            f"{recipient}: {len(unnamed)} person(s) can't be named to it (no kenmerk); tell it by hand and record that,"
            " or have the kenmerk recorded in the system that told of it"
        )
    drafts = [_draft(kind, due.get(kind, {}), recipient, marks, known.received, people) for kind in KINDS]
    drafts = [draft for draft in drafts if draft.told]
    grounds = grounds_of(session, night.code, night.settler, people) if drafts else {}
    return [
        replace(draft, groups=groups_of({key: due[draft.kind][key] for key in draft.told}, people, grounds, known.told))
        for draft in drafts
    ]


def _draft(
    kind: str,
    items: Mapping[str, Obligation],
    recipient: Recipient,
    marks: Mapping[str, list[str]],
    got: Mapping[str, Received],
    people: People,
) -> NoticeDraft:
    named = {key: item for key, item in items.items() if key in marks}
    return NoticeDraft(
        kind,
        persons_of(recipient.mark, named, marks),
        {key: Statement(item.told, got[key].until, item.law) for key, item in named.items()},
        len({people.owner[key] for key in named}),
        len({people.owner[key] for key in items.keys() - named.keys()}),
    )
