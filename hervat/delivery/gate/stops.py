"""Stops of a delivery besides the gate: bounds, rules on its values, and a quarter that was delivered already.

One person accepts bounds and rules, with a reason that is journalled, for exactly what was found at that moment. Their
Dutch words (B1 level) are for the page of checks.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed
from hervat.delivery.records.layout import RecordLayout
from hervat.delivery.records.records import Part
from hervat.errors import UsageError
from hervat.keyring import Keyring
from hervat.night import Night
from hervat.register.models import Acceptance, utc_now
from hervat.signing import Matter, is_confirmed

BOUNDS, RULES, DELIVERED, OTHERS = "bounds", "rules", "delivered", "others"
STOPS = (BOUNDS, RULES)
_CONTEXT = "acceptance"


@dataclass(frozen=True)
class Breach:
    """A rule that records break: its name, the record numbers (none: several together), and the BSNs in them."""

    reason: str
    records: tuple[int, ...]
    bsns: frozenset[str] = field(repr=False)


class Judge(Protocol):
    """The rules across fields of a record (`expectations`), which `hervat` is given and does not know."""

    def look(self, part: Part, layout: RecordLayout) -> None:
        """Look at a part of the records."""

    def verdict(self) -> list[Breach]:
        """Return the rules that are broken."""

    @property
    def results(self) -> list[dict[str, Any]]:
        """The rules checked and how often each was broken: counts, no values."""


@dataclass(frozen=True)
class Stop:
    """A reason not to put a delivery in place. members: the findings one by one; lines, dutch: the same in words."""

    code: str
    lines: tuple[str, ...]
    members: frozenset[str] = field(repr=False)
    accepted_by: str | None = None
    why: str | None = None
    dutch: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether a person accepted it."""
        return self.code in STOPS and self.accepted_by is not None

    def as_json(self) -> dict[str, Any]:
        """Return the stop for JSON."""
        shown: dict[str, Any] = {"code": self.code, "lines": list(self.lines)}
        accepted = {"accepted": True, "accepted_by": self.accepted_by, "why": self.why}
        return {**shown, **accepted} if self.accepted else shown


def of_rules(keyring: Keyring, broken: Iterable[Breach]) -> list[Stop]:
    """Return the stop for the broken rules; empty if none is broken."""
    breaches = list(broken)
    members = {f"{breach.reason} {keyring.pseudonym('bsn', bsn)}" for breach in breaches for bsn in breach.bsns}
    lines = tuple(_line(breach) for breach in breaches)
    dutch = tuple(f"{DUTCH_RULES.get(breach.reason, breach.reason)}: {len(breach.bsns)} keer" for breach in breaches)
    return [Stop(RULES, lines, frozenset(members), dutch=dutch)] if breaches else []


def joined(code: str, stops: Iterable[Stop]) -> Stop:
    """Return several stops of one code as one."""
    to_join = list(stops)
    lines = tuple(line for stop in to_join for line in stop.lines)
    dutch = tuple(line for stop in to_join for line in stop.dutch)
    return Stop(code, lines, frozenset[str]().union(*(stop.members for stop in to_join)), dutch=dutch)


def _line(breach: Breach) -> str:
    if not breach.records:
        return f"{breach.reason}: {len(breach.bsns)} persons"
    shown = ", ".join(str(record) for record in breach.records[:10])
    more = " ..." if len(breach.records) > 10 else ""
    return f"{breach.reason}: {len(breach.records)} records (record {shown}{more})"


def weighed(session: Session, night: Night, quarter: str, stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Return the stops, each with the person who accepted all of its findings, and why."""
    return tuple(_weighed(session, night, quarter, stop) for stop in stops)


def _weighed(session: Session, night: Night, quarter: str, stop: Stop) -> Stop:
    for row in _rows(session, night, quarter, stop.code):
        is_signed = is_confirmed(session, night, "cbs accept", f"{quarter} {stop.code}", row.by)
        if is_signed and stop.members <= _members(night, row):
            return replace(stop, accepted_by=row.by, why=row.reason)
    return stop


def matter_of(quarter: str, stop: Stop) -> Matter:
    """Return what a person who accepts a stop signs: a digest of what was found."""
    digest = hashlib.sha256(_plain(stop)).hexdigest()
    return Matter("cbs accept", f"{quarter} {stop.code}", {"members": digest, "count": len(stop.members)})


def _plain(stop: Stop) -> bytes:
    return json.dumps({"": sorted(stop.members)}).encode()


def accept_stop(night: Night, quarter: str, stop: Stop, who: Signed) -> None:
    """Record that a person accepts a stop as it is now."""
    sealed = night.keyring.seal(_plain(stop), _CONTEXT)
    with night.register.session() as session:
        mine = next((row for row in _rows(session, night, quarter, stop.code) if row.by == who.by), None)
        is_signed = mine and is_confirmed(session, night, "cbs accept", f"{quarter} {stop.code}", mine.by)
        if mine and is_signed and stop.members <= _members(night, mine):
            raise UsageError(f"{who.by} has already accepted {stop.code} for {quarter}")
        if mine:
            mine.reason, mine.members, mine.at = who.reason, sealed, utc_now()
        else:
            row = {
                "municipality": night.code,
                "quarter": quarter,
                "code": stop.code,
                "by": who.by,
                "reason": who.reason,
            }
            session.add(Acceptance(**row, members=sealed))
        detail = f"{'; '.join(stop.lines)}: {who.reason}"
        night.record(session, "cbs accepted", f"{quarter} {stop.code}", detail, by=who)


def _rows(session: Session, night: Night, quarter: str, code: str) -> list[Acceptance]:
    query = select(Acceptance).where(
        Acceptance.municipality == night.code, Acceptance.quarter == quarter, Acceptance.code == code
    )
    return list(session.scalars(query.order_by(Acceptance.id)))


def _members(night: Night, row: Acceptance) -> frozenset[str]:
    kept: Mapping[str, list[str]] = json.loads(night.keyring.open(row.members, _CONTEXT))
    return frozenset(bsn for ones in kept.values() for bsn in ones)


DUTCH_STOPS = {
    "bounds": "De aantallen wijken meer af dan is afgesproken",
    "rules": "Gegevens van een persoon passen niet bij elkaar",
}
DUTCH_RULES = {
    "niveau_a2_with_o": "Niveau A2 past niet bij leerroute O",
    "niveau_b1_with_z": "Niveau B1 past niet bij leerroute Z",
    "niveau_a2_in_first_pip": "Niveau A2 met leerroute B mag niet in het eerste PIP",
    "intensity_without_b": "Intensiteit mag alleen bij leerroute B",
    "intensity_without_asylum": "Intensiteit mag alleen bij een asielstatushouder",
    "pip_before_obligation": "Het PIP is ouder dan de plicht",
    "pip_before_settling": "Het PIP is ouder dan de vestiging in de gemeente",
    "pip_before_earlier": "Het PIP is ouder dan het vorige PIP",
    "not_for_group": "Een kenmerk is ingevuld bij een groep waar het niet voor is",
    "not_for_leerroute": "Een kenmerk is ingevuld bij een leerroute waar het niet voor is",
    "person_twice": "Een persoon staat er meer dan eens in",
}
