"""Compose: per party one notice of each kind and run, about the persons whose data it received and nobody else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.before import learn_laws
from hervat.notices.document import persons_of
from hervat.notices.grounds import grounds_of, groups_of
from hervat.notices.obligations import KINDS, Obligation, Received
from hervat.notices.outbox import NoticeDraft, Statement, enqueue_all
from hervat.notices.recipients import Recipient, parties
from hervat.notices.what_parties_know import due_to, marks_of
from hervat.settling import People, read_people


def compose(night: Night) -> Counter[str]:
    """Enqueue the notices that are due to all parties; return the number of each kind. In shadow they are only counted.

    A party's failure is noted by its name and holds up nobody else. Persons whom a party's notices can't name are
    counted in the night's attention: a person tells the party by hand.
    """
    made: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
    people = replace(people, unseen=night.handover.unseen)
    for recipient in parties(night.municipality):
        try:
            made.update(_to_party(night, recipient, people))
        except HervatError as error:
            night.error(f"{recipient}: no notice was composed: {error}")
    return made


def _to_party(night: Night, recipient: Recipient, people: People) -> list[str]:
    """Enqueue a party's notices in one transaction; return their kinds."""
    with night.register.session() as session:
        learn_laws(session, night, recipient, people)
        drafts = _drafts(session, night, recipient, people)
        if drafts and not night.shadow:
            enqueue_all(session, night, recipient, drafts)
    return [draft.kind for draft in drafts]


def _drafts(session: Session, night: Night, recipient: Recipient, people: People) -> list[NoticeDraft]:
    due, got, last = due_to(session, night.code, recipient, people)
    keys = {key for items in due.values() for key in items}
    marks = marks_of(session, night.keyring, recipient, people, keys)
    unnamed = {people.owner[key] for key in keys - marks.keys()}
    if unnamed:
        night.attention.append(
            f"{recipient}: {len(unnamed)} person(s) can't be named to it (no kenmerk); tell it by hand and record that,"
            " or have the kenmerk recorded in the system that told of it"
        )
    drafts = [_draft(kind, due.get(kind, {}), recipient, marks, got, people) for kind in KINDS]
    drafts = [draft for draft in drafts if draft.told]
    grounds = grounds_of(session, night.code, night.settler, people) if drafts else {}
    return [
        replace(draft, groups=groups_of({key: due[draft.kind][key] for key in draft.told}, people, grounds, last))
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
