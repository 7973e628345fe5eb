"""From which person table a suggestion starts, with the keys and the guessed links that lead to it."""

from dataclasses import dataclass

from hervat.erasure.schema.model import Key, Schema
from hervat.erasure.suggest.candidates import PersonGuess, RootGuess, guess_links, persons, roots
from hervat.erasure.suggest.evidence import Counts
from hervat.erasure.suggest.kinds import kind_links

_TRIED = 5


@dataclass(frozen=True)
class Start:
    """A person table with the keys (guessed links among them) and the roots that lead to it."""

    person: PersonGuess
    keys: tuple[Key, ...]
    roots: list[RootGuess]

    @property
    def score(self) -> int:
        """How likely person and root are together."""
        return self.person.score + (self.roots[0].score if self.roots else 0)


def starts(schema: Schema, counts: Counts) -> list[Start]:
    """Return the likeliest person tables with what leads to each, the likeliest first."""
    return [_start(schema, person, counts) for person in persons(schema)[:_TRIED]]


def _start(schema: Schema, person: PersonGuess, counts: Counts) -> Start:
    links = tuple(link for link in guess_links(schema, person) if _met(counts.matched(link)))
    bound = kind_links(schema, counts)
    plain = [one for one in links if (one.table, one.columns) not in {(it.table, it.columns) for it in bound}]
    keys = tuple(dict.fromkeys((*schema.keys, *plain, *bound)))
    return Start(person, keys, roots(schema, keys, person.table))


def _met(matched: tuple[int, int] | None) -> bool:
    """Say whether a guessed link holds: most of its filled rows find a row at the other end."""
    return matched is None or matched[1] * 2 > matched[0] or matched[0] == 0
