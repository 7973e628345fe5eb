"""The made-up persons of Voorbeeldstad, and the story that each of them plays. Nobody here exists.

The BSNs are from the range reserved for tests: they pass the elfproef and belong to nobody.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import Literal

from stdnum.nl import bsn as elfproef

Story = Literal[
    "right", "wrong", "late_wrong", "reinstated", "disputed", "never_resent", "v_number_first", "unknown_group",
    "wi2013", "wi2007", "foreign", "orphan", "newcomer", "ended", "seen_after", "two_laws", "chooser", "not_ours",
    "ours", "left",
]  # fmt: skip

FAMILY, ASYLUM, OTHER, UNHEARD_OF = "Gezinshereniger", "Asielstatushouder", "Overig", "Nareiziger nieuw stelsel"
_BORN = date(1960, 1, 1)
_RESERVED = ("999990019", "999994669", "999992740", "999990925", "999993276")

# story, doelgroep, how many
_PARTS: tuple[tuple[Story, str, int], ...] = (
    ("disputed", FAMILY, 1),
    ("reinstated", FAMILY, 2),
    ("orphan", ASYLUM, 1),
    ("v_number_first", ASYLUM, 3),
    ("unknown_group", UNHEARD_OF, 2),
    ("never_resent", ASYLUM, 5),
    ("late_wrong", ASYLUM, 1),
    ("wrong", FAMILY, 9),
    ("wrong", ASYLUM, 20),
    ("right", FAMILY, 38),
    ("right", ASYLUM, 64),
    ("right", OTHER, 8),
    ("wi2013", FAMILY, 8),
    ("wi2007", OTHER, 4),
    ("foreign", ASYLUM, 6),
    ("ended", FAMILY, 2),
    ("seen_after", FAMILY, 1),
    ("two_laws", FAMILY, 1),
    ("chooser", ASYLUM, 1),
    ("not_ours", ASYLUM, 1),
    ("ours", ASYLUM, 1),
    ("left", ASYLUM, 1),
)
_FIRST = (
    "Amina", "José", "Çağla", "Zoë", "Mehmet", "Anaïs", "Yusuf", "Mária", "Hüseyin", "Noor", "Sofía", "Tariq", "Renée",
    "Ibrahim", "Léa", "Omar", "Inés", "Søren", "Fatıma", "Nguyễn",
)  # fmt: skip
_LAST = (
    "Çelik", "Muñoz", "El Verzonnen", "Đặng", "Müller", "Voorbeeld", "Şahin", "Ó Briain", "Łukasik", "Haddad-Proef",
    "Ngô", "García Ejemplo", "Öztürk", "Verzonnen; zoon", 'De "Test"', "Bakır", "Novák", "Yıldız", "Ahmadi", "Tesfaye",
)  # fmt: skip


@dataclass(frozen=True)
class CastMember:
    """A made-up person; `number` is also the key of their rows in the local system."""

    number: int
    story: Story
    group: str
    bsn: str
    v_number: str
    first_names: str
    surname: str
    born: date

    @property
    def obliged_on(self) -> date:
        """The day of the signals in January 2022."""
        return date(2022, 1, 4) + timedelta(days=self.number % 14)


@cache
def cast() -> tuple[CastMember, ...]:
    """Return all persons: always the same ones."""
    chance, bsns = random.Random("Voorbeeldstad"), _bsns()  # noqa: S311 - made-up names, no secret
    persons: list[CastMember] = []
    for story, group, count in _PARTS:
        for _ in range(count):
            persons.append(_person(len(persons) + 1, story, group, next(bsns), chance))
    return tuple(persons)


def newcomers() -> tuple[CastMember, ...]:
    """Return the persons who enter the gemeente after the demo was played; always the same ones."""
    chance, known = random.Random("nieuw"), len(cast())  # noqa: S311 - made-up names, no secret
    bsns = islice(_bsns(), known, known + 6)
    return tuple(_person(number, "newcomer", ASYLUM, bsn, chance) for number, bsn in enumerate(bsns, known + 1))


def playing(*stories: Story) -> list[CastMember]:
    """Return the persons of these stories."""
    return [person for person in cast() if person.story in stories]


def _person(number: int, story: Story, group: str, bsn: str, chance: random.Random) -> CastMember:
    return CastMember(
        number, story, group, bsn, str(2_000_000_000 + 7919 * number),
        chance.choice(_FIRST), chance.choice(_LAST), _BORN + timedelta(days=chance.randrange(15000)),
    )  # fmt: skip


def _bsns() -> Iterator[str]:
    """Yield test numbers of the reserved range 99999*, spread over it: they pass the elfproef and are nobody's."""
    yield from _RESERVED
    for number in range(10_000):
        bsn = f"99999{number:04d}"
        if elfproef.is_valid(bsn) and bsn not in _RESERVED:
            yield bsn
