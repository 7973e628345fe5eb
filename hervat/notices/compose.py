"""Compose: for each party one notice a kind and run, for the persons it received and nobody else."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from hervat.errors import HervatError
from hervat.night import Night
from hervat.notices.before import learn_laws
from hervat.notices.document import persons_of
from hervat.notices.envelope import read_certificate
from hervat.notices.grounds import grounds_of, groups_of
from hervat.notices.obligations import KINDS, Obligation, Received
from hervat.notices.outbox import NoticeDraft, Saying, write
from hervat.notices.recipients import Recipient, parties
from hervat.notices.what_parties_know import due_to, marks_of
from hervat.settling import People, read_people


def compose(night: Night) -> Counter[str]:
    """Write the notices that are due to all parties; return how many of each kind. In shadow they are only counted.

    A party's failure is noted by its name and holds up nobody else. Persons whom a party's notices can't name are
    put in the night's attention: a person tells the party by hand.
    """
    made: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    with night.register.session() as session:
        people = read_people(session, night.code, night.settler, night.as_of)
    people = replace(people, unseen=night.unseen)
    for recipient in parties(night.municipality):
        try:
            made.update(_to_party(night, recipient, people))
        except HervatError as error:
            night.fail(f"{recipient}: no notice was composed: {error}")
    return made


def _to_party(night: Night, recipient: Recipient, people: People) -> list[str]:
    """Write a party's notices, all in one transaction; return their kinds."""
    with night.register.session() as session:
        learn_laws(session, night, recipient, people)
        drafts = _drafts(session, night, recipient, people)
        if drafts and not night.shadow:
            certificate = read_certificate(recipient.certificate) if recipient.certificate else None
            for draft in drafts:
                write(session, night, recipient, certificate, draft)
    return [draft.kind for draft in drafts]


def _drafts(session: Session, night: Night, recipient: Recipient, people: People) -> list[NoticeDraft]:
    found, got, last = due_to(session, night.code, recipient, people)
    wanted = {key for items in found.values() for key in items}
    marks = marks_of(session, night.keyring, recipient, people, wanted)
    unnamed = {people.owner[key] for key in wanted - marks.keys()}
    if unnamed:
        night.attention.append(
            f"{recipient}: {len(unnamed)} person(s) can't be named to it (no kenmerk); tell it by hand and record that,"
            " or have the kenmerk recorded in the system that told of it"
        )
    grounds = grounds_of(session, night.code, night.settler, people)
    drafts = [_draft(kind, found.get(kind, {}), recipient, marks, got, people) for kind in KINDS]
    return [
        replace(draft, groups=groups_of({key: found[draft.kind][key] for key in draft.told}, people, grounds, last))
        for draft in drafts
        if draft.told
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
        {key: Saying(item.told, got[key].until, item.law) for key, item in named.items()},
        len({people.owner[key] for key in named}),
        len({people.owner[key] for key in items.keys() - named.keys()}),
    )
