"""Acceptances: two persons can open the gate for an acceptable reason, for the members it had at that moment."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import check_typed
from hervat.delivery.gate.facts import GateFacts, Keys
from hervat.delivery.gate.look import look
from hervat.delivery.gate.reasons import ABSOLUTE, ACCEPTABLE, Reason, reasons
from hervat.delivery.gate.stops import STOPS
from hervat.delivery.quarters import checked
from hervat.errors import UsageError
from hervat.named import same
from hervat.night import Night
from hervat.register import scope
from hervat.register.models import Acceptance, utc_now
from hervat.signing import Matter, Sign, confirmed, is_confirmed

Members = Mapping[str, Keys]
_CONTEXT = "acceptance"
_ACTION = "cbs accept"


@dataclass(frozen=True)
class Accepted:
    """Who accepted a reason, and how many persons accept it now."""

    by: str
    persons: int


def accept(
    night: Night, quarter: str, code: str, by: str, reason: str, also: date | None = None, sign: Sign | None = None
) -> Accepted:
    """Record that `by` accepts a reason as it is now; return who, and how many now accept it. Two open the gate.

    also: another day whose members are accepted too (the last settled one, where the caller named no day). sign: their
    signature, where the municipality has approvers.

    Raises UsageError for an absolute or unknown code, a reason that does not apply, an empty name or reason, and for a
    person who accepted the same before, and as `confirmed` does. A reason that has grown since can be accepted again.
    """
    check_typed(by, reason)
    _acceptable(code)
    days = {night.as_of, also or night.as_of}
    weighed = [found for day in sorted(days) for found in reasons(look(replace(night, as_of=day), checked(quarter)))]
    now = _members(found for found in weighed if found.code == code)
    if not now:
        raise UsageError(f"{code} does not apply to {quarter}; `hervat status` shows the reasons that do")
    who = confirmed(night, _matter(quarter, code, now), by, reason, sign)
    with night.register.session() as session:
        rows = _rows(session, night.code, quarter, code)
        mine = next((row for row in rows if same(row.by) == same(who.by)), None)
        if mine and _counts(session, night, mine) and _covers(_opened(night, mine), now):
            raise UsageError(f"{who.by} has already accepted {code} for {quarter}; another person must")
        sealed = night.keyring.seal(_plain(now), _CONTEXT)
        if mine:
            mine.reason, mine.members, mine.at = who.reason, sealed, utc_now()
        else:
            row = {"municipality": night.code, "quarter": quarter, "code": code, "by": who.by, "reason": who.reason}
            session.add(Acceptance(**row, members=sealed))
        others = [row for row in rows if row is not mine and _counts(session, night, row)]
        accepting = 1 + sum(_covers(_opened(night, row), now) for row in others)
        detail = f"{_count(now)} accepted: {who.reason}"
        night.record(session, "cbs accepted", f"{quarter} {code}", detail, by=who)
    return Accepted(who.by, accepting)


def weigh(session: Session, night: Night, quarter: str, to_weigh: Iterable[Reason]) -> list[Reason]:
    """Return the reasons, each with the persons who accepted all of its present members."""
    given: defaultdict[str, list[tuple[str, Members]]] = defaultdict(list)
    for row in filter(partial(_counts, session, night), _rows(session, night.code, quarter)):
        given[row.code].append((row.by, _opened(night, row)))
    return [replace(reason, accepted_by=_who(reason, given[reason.code])) for reason in to_weigh]


def accepted(session: Session, night: Night, quarter: str, to_weigh: Iterable[Reason]) -> list[Reason]:
    """Return the reasons that still shut the gate despite the acceptances."""
    return [reason for reason in weigh(session, night, quarter, to_weigh) if not reason.accepted]


def gate_json(night: Night, quarter: str, facts: GateFacts) -> dict[str, Any]:
    """Return the gate for JSON: whether it is open, and every reason, accepted ones marked.

    What could not be read is listed under errors; the gate is then shut.
    """
    with night.register.session() as session:
        return answer(weigh(session, night, quarter, reasons(facts)), facts.errors)


def answer(weighed: Iterable[Reason], errors: Iterable[str]) -> dict[str, Any]:
    """Return the gate for JSON, of reasons that are already weighed."""
    listed, failed = list(weighed), list(errors)
    shown: dict[str, Any] = {"open": not failed and all(item.accepted for item in listed)}
    shown["reasons"] = [item.as_json() for item in listed]
    return {**shown, "errors": failed} if failed else shown


def holds_one(members: Members, marks: Collection[str]) -> bool:
    """True if a member is about one of these persons: their pseudonym or `person N`, alone or after a rule."""
    return any(_is_about(member, marks) for keys in members.values() for member in keys)


def disregard(session: Session, night: Night, marks: Collection[str]) -> int:
    """Leave persons out of the members of every acceptance; return how many acceptances held one of them."""
    changed = 0
    for row in session.scalars(select(Acceptance).where(scope(Acceptance, night.code))):
        members = _opened(night, row)
        if holds_one(members, marks):
            left = {name: frozenset(m for m in keys if not _is_about(m, marks)) for name, keys in members.items()}
            row.members = night.keyring.seal(_plain(left), _CONTEXT)
            changed += 1
    session.flush()
    return changed


def _is_about(member: str, marks: Collection[str]) -> bool:
    return member in marks or member.rpartition(" ")[2] in marks


def _acceptable(code: str) -> None:
    if code in ABSOLUTE:
        raise UsageError(f"nobody can accept {code}: remove its cause")
    if code not in ACCEPTABLE:
        can = ", ".join((*ACCEPTABLE, *STOPS))
        raise UsageError(f"there is no reason {code}; these can be accepted: {can}")


def _matter(quarter: str, code: str, members: Members) -> Matter:
    """Return what is signed: the reason, and a digest of the members that it has now."""
    digest = hashlib.sha256(_plain(members)).hexdigest()
    return Matter(_ACTION, f"{quarter} {code}", {"members": digest, "count": _count(members)})


def _counts(session: Session, night: Night, row: Acceptance) -> bool:
    """True if an acceptance counts: with approvers one that was signed."""
    return is_confirmed(session, night, _ACTION, f"{row.quarter} {row.code}", row.by)


def _rows(session: Session, municipality: str, quarter: str, code: str | None = None) -> list[Acceptance]:
    query = select(Acceptance).where(Acceptance.municipality == municipality, Acceptance.quarter == quarter)
    if code:
        query = query.where(Acceptance.code == code)
    return list(session.scalars(query.order_by(Acceptance.id)))


def _who(reason: Reason, given: list[tuple[str, Members]]) -> tuple[str, ...]:
    if reason.code not in ACCEPTABLE:
        return ()
    needed = _members([reason])
    return tuple(by for by, members in given if _covers(members, needed))


def _members(found: Iterable[Reason]) -> dict[str, Keys]:
    members: defaultdict[str, Keys] = defaultdict(frozenset)
    for reason in found:
        members[reason.system or ""] |= reason.members
    return dict(members)


def _covers(given: Members, needed: Members) -> bool:
    return all(members <= given.get(system, frozenset()) for system, members in needed.items())


def _count(members: Members) -> int:
    return len(frozenset[str]().union(*members.values()))


def _plain(members: Members) -> bytes:
    return json.dumps({system: sorted(keys) for system, keys in members.items()}).encode()


def _opened(night: Night, row: Acceptance) -> Members:
    plain = json.loads(night.keyring.open(row.members, _CONTEXT))
    return {system: frozenset(keys) for system, keys in plain.items()}
