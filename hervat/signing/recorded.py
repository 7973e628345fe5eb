"""The decisions of two persons as the register holds them: what each must have been signed over."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hervat.named import person_named, same
from hervat.register import scope
from hervat.register.models import (
    Acceptance,
    Decision,
    Destruction,
    Forgetting,
    Hold,
    JournalLine,
    Ownership,
    Person,
    Retired,
    Separate,
    Signature,
)


@dataclass(frozen=True)
class Recorded:
    """A decision in the register: who decided it, and what a signature over it must hold (`content`)."""

    action: str
    thing: str
    names: tuple[str, ...]
    content: Mapping[str, Any]
    at: datetime

    @property
    def is_of_person(self) -> bool:
        """True if it is about one person."""
        return self.thing == "" or self.thing.startswith("person ")

    def is_of(self, signed: Mapping[str, Any]) -> bool:
        """True if a signed content is of this decision; of a list it holds what is decided."""
        return all(_holds(signed.get(name), value) for name, value in self.content.items())


def _holds(signed: Any, value: Any) -> bool:
    return value in signed if isinstance(signed, list) else bool(signed == value)


def _acceptances(session: Session, code: str) -> Iterator[Recorded]:
    for row in session.scalars(select(Acceptance).where(scope(Acceptance, code))):
        yield Recorded("cbs accept", f"{row.quarter} {row.code}", (row.by,), {"reason": row.reason}, row.at)


def _ownerships(session: Session, code: str) -> Iterator[Recorded]:
    for row in session.scalars(select(Ownership).where(scope(Ownership, code))):
        names = _names(row.by, row.second_by)
        yield Recorded("strangers decide", f"person {row.person_id}", names, {"ours": row.ours}, row.recorded_at)


def _late_choices(session: Session, code: str) -> Iterator[Recorded]:
    """A choice of law that took two: it waits for the second, or has one."""
    two = or_(Decision.waits.is_(True), Decision.second_by.is_not(None))
    for row in session.scalars(select(Decision).where(scope(Decision, code), two)):
        content = {"law": row.law, "date": str(row.date)}
        names = _names(row.by, row.second_by)
        yield Recorded("optin record", f"person {row.person_id}", names, content, row.recorded_at)


def _destructions(session: Session, code: str) -> Iterator[Recorded]:
    """An object that was destroyed with a person is named in the signature over that."""
    forgotten = _with_a_person(session, code)
    for row in session.scalars(select(Destruction).where(scope(Destruction, code))):
        names = _names(row.first_by, row.second_by)
        things = (thing for thing, signers in forgotten[row.object_id].items() if signers >= set(map(same, names)))
        action, thing = "vault destroy", f"municipality {code}"
        if person := next(things, None):
            action, thing = "person forget", person
        yield Recorded(action, thing, names, {"objects": row.object_id}, row.at)


def _with_a_person(session: Session, code: str) -> Mapping[str, Mapping[str, set[str]]]:
    """Return object -> person with whom it was to be destroyed -> who signed that."""
    found: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = select(Signature).where(scope(Signature, code), Signature.action == "person forget")
    for row in session.scalars(query):
        for object_id in opened(row.content).get("objects", []):
            found[object_id][row.thing].add(same(row.by))
    return found


def _forgettings(session: Session, code: str) -> Iterator[Recorded]:
    for row in session.scalars(select(Forgetting).where(scope(Forgetting, code))):
        names, thing = _names(row.first_by, row.second_by), person_named(row.number)
        yield Recorded("person forget", thing, names, {}, row.at)


def _retired(session: Session, code: str) -> Iterator[Recorded]:
    """Things of a kind that were destroyed: the signature names the kind, with the hash of what was due of it."""
    for row in session.scalars(select(Retired).where(scope(Retired, code))):
        names = _names(row.first_by, row.second_by)
        yield Recorded("retention destroy", f"municipality {code}", names, {"kinds": row.kind}, row.at)


def _on_hold(session: Session, code: str) -> Iterator[Recorded]:
    for row in session.scalars(select(Hold).where(scope(Hold, code))):
        content = {"ground": row.ground, "until": row.until and str(row.until)}
        names, thing = _names(row.by, row.second_by), f"person {row.person_id}"
        yield Recorded("person hold", thing, names, content, row.recorded_at)
        yield Recorded("person release", thing, _names(row.ended_by, row.ended_second_by), {}, row.recorded_at)


def _splits(session: Session, code: str) -> Iterator[Recorded]:
    """The register keeps pseudonyms of the two, no number: the signature is of a person who was split."""
    for row in session.scalars(select(Separate).where(scope(Separate, code))):
        content = {"decisions": row.decisions}
        yield Recorded("person split", "", _names(row.by, row.second_by), content, row.recorded_at)


def other_things(session: Session, code: str) -> set[str]:
    """Return the persons whose decisions may be another number's now: they were split, or are joined with another."""
    split = select(JournalLine.object).where(scope(JournalLine, code), JournalLine.action == "person split")
    numbers = set(session.scalars(select(Person.id).where(scope(Person, code))))
    signed = select(Signature.thing).where(scope(Signature, code), Signature.thing.startswith("person "))
    joined = {thing for thing in session.scalars(signed.distinct()) if int(thing.split()[1]) not in numbers}
    return joined | set(session.scalars(split.distinct()))


def opened(content: str) -> dict[str, Any]:
    """Return what a signature says was decided; empty if that was tampered with beyond reading."""
    try:
        return dict(json.loads(content))
    except ValueError:
        return {}


def _names(*names: str | None) -> tuple[str, ...]:
    return tuple(name for name in names if name)


DECIDED: Mapping[type, Callable[[Session, str], Iterator[Recorded]]] = {
    Acceptance: _acceptances,
    Ownership: _ownerships,
    Decision: _late_choices,
    Destruction: _destructions,
    Forgetting: _forgettings,
    Retired: _retired,
    Hold: _on_hold,
    Separate: _splits,
}
"""Table -> how its decisions are read. A table with a second name that is not here fails a test."""
