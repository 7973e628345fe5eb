"""Letters and notices for tests, without a register: a gemeente, a recipient, and what is said. All made up."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from hervat.notices.document import document
from hervat.notices.facts import Facts
from hervat.notices.grounds import Group
from hervat.notices.letter import leaflet, letter_of
from hervat.notices.recipients import Recipient
from hervat.notices.request import Asked
from hervat.settings import Channel, Municipality, Party

DAY, NUMBER = date(2022, 3, 25), "0000-20220325-0001"
GEMEENTE = Municipality.model_validate(
    {"code": "0000", "name": "Voorbeeldstad", "contact": {"name": "Team Inburgering", "telephone": "14 0000"}}
)
ASKED = Asked(("het dossier", "kopieën daarvan"), date(2022, 4, 22))
REMINDER = Asked((), None, NUMBER)


def recipient(
    mark: str = "reference", audience: str = "party", channel: Channel | None = None, certificate: Path | None = None
) -> Recipient:
    """Return one who is told: a third party, or the supplier of a system."""
    way = channel or Channel(folder=Path("x"))
    party = Party(name="taalschool", channel=way, certificate=certificate) if audience == "party" else None
    return Recipient(audience, "taalschool", way, certificate, mark, party=party)


def facts(kind: str, *groups: Group, persons=(), count: int | None = None, asked: Asked | None = None) -> Facts:
    """Return what a notice says: of the persons in the groups, else of `count`."""
    many = sum(one.persons for one in groups) if count is None else count
    return Facts(GEMEENTE, recipient(), NUMBER, kind, DAY, list(persons), many, asked, groups)


def duo(persons: int, law: str | None = None, replaces: bool = False) -> Group:
    """Return persons of whom DUO's signals say it."""
    return Group("duo", law, replaces, persons)


def written(said: Facts, to: Recipient | None = None, gemeente: Municipality = GEMEENTE, templates=None) -> str:
    """Return the text of a letter."""
    return letter_of(replace(said, municipality=gemeente, recipient=to or recipient()), templates).text


def enclosed(said: Facts, to: Recipient | None = None, gemeente: Municipality = GEMEENTE) -> str:
    """Return the text of a leaflet."""
    return leaflet(replace(said, municipality=gemeente, recipient=to or recipient()))


def told(said: Facts, to: Recipient | None = None, gemeente: Municipality = GEMEENTE) -> bytes:
    """Return the bytes of a notice."""
    facts = replace(said, municipality=gemeente, recipient=to or recipient())
    return document(facts, letter_of(facts))
