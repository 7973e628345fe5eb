"""What the register knows of a party: whose data it received, and what it was told of each last."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hervat.notices.due import Due, Received, Told, due
from hervat.notices.recipients import Recipient
from hervat.register.models import DisclosedTo, Notice
from hervat.register.models import Told as ToldRow
from hervat.register.people import People


def received(session: Session, municipality: str, party: str) -> dict[str, Received]:
    """Return, for each person whom a party received (by the pseudonym of his BSN), until when it did."""
    rows = session.execute(
        select(DisclosedTo.key, func.max(DisclosedTo.provided_on), func.max(DisclosedTo.captured_on))
        .where(DisclosedTo.municipality == municipality, DisclosedTo.party == party)
        .group_by(DisclosedTo.key)
    )
    return {key: Received(until, captured) for key, until, captured in rows}


def last_told(session: Session, municipality: str, recipient: Recipient) -> dict[str, Told]:
    """Return what a recipient was told last of each person, whether or not it was sent already."""
    rows = session.execute(
        select(ToldRow.key, ToldRow.told, Notice.day, ToldRow.disclosed_until, ToldRow.law)
        .join(Notice, Notice.id == ToldRow.notice_id)
        .where(
            Notice.municipality == municipality, Notice.audience == recipient.audience, Notice.party == recipient.name
        )
        .order_by(Notice.id)
    )
    return {key: Told(told, day, until, law) for key, told, day, until, law in rows}


def due_to(
    session: Session, municipality: str, recipient: Recipient, people: People
) -> tuple[dict[str, dict[str, Due]], dict[str, Received], dict[str, Told]]:
    """Return kind -> key -> what is due to a party, what it received, and what it was told last."""
    got, last = received(session, municipality, recipient.name), last_told(session, municipality, recipient)
    found: dict[str, dict[str, Due]] = {}
    for key, one in got.items():
        for item in due(people.state_of(key), last.get(key), one):
            found.setdefault(item.kind, {})[key] = item
    return found, got, last
