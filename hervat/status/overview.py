"""The overview of a municipality on a day, gathered by subject: the night, the register, persons, quarantine, CBS."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hervat import __version__
from hervat.anchors import head
from hervat.delivery import ACCEPTABLE, GateFacts, Reason, answer, deadline, orphans, unseen
from hervat.intake import Noticed, QuarantinedItem, days_looked, decision_term, noted, quarantined, silent
from hervat.night import Night
from hervat.notices import standing as notice_counts
from hervat.notices import unsure
from hervat.register import last_good_night
from hervat.settling import People, waiting_choices, waiting_holds
from hervat.status import register_counts
from hervat.status.aftermath import Aftermath
from hervat.status.model import CorrectionLine, Held, Overview, ReasonLine, Undecided, UnsureLine
from hervat.status.nights import nights
from hervat.status.systems import system_lines
from hervat.strangers import left_behind, waiting_decisions
from hervat.today import today

Part = dict[str, Any]
"""Fields of Overview, by name."""


def overview_of(
    session: Session,
    night: Night,
    facts: GateFacts,
    stays: Aftermath,
    quarter: str,
    weighed: Sequence[Reason],
    delivered: list[dict[str, Any]],
) -> Overview:
    """Return the overview; stays: what remains after cleaning, weighed: the gate's reasons with who accepted them."""
    return Overview(
        **_night(session, night),
        **_register(session, night),
        **_persons(session, night, facts),
        **_quarantine(session, night),
        **_delivery(facts, quarter, weighed),
        delivered=delivered,
        systems=system_lines(session, night, facts, stays),
        plans=register_counts.plans(session, night.municipality),
        notices=notice_counts(session, night.code, night.as_of, night.municipality),
        unsure=[
            UnsureLine(answer.recipient, answer.number, answer.why, answer.file) for answer in unsure(session, night)
        ],
        answers=register_counts.answers(session, night.code),
        sources=at_sources(session, night),
    )


def _night(session: Session, night: Night) -> Part:
    return {
        "code": night.code,
        "name": night.municipality.name,
        "day": night.as_of,
        "made_at": datetime.now(UTC),
        "version": __version__,
        "journal": str(head(session, night.code) or ""),
        "shadow": night.shadow,
        "run": night.counts,
        "errors": list(dict.fromkeys(night.errors)),
        "attention": list(dict.fromkeys(night.attention)),
        "nights": nights(session, night.code, night.as_of),
        "last_good_run": last_good_night(session, night.code),
    }


def _register(session: Session, night: Night) -> Part:
    return {
        "counts": register_counts.downloads(session, night.code),
        "incidents": register_counts.incidents(session, night.code),
        "quality": register_counts.quality(session, night.code, night.as_of),
        "quality_months": register_counts.quality_by_month(session, night.code, night.as_of),
    }


def _persons(session: Session, night: Night, facts: GateFacts) -> Part:
    people = facts.people
    parked_since = register_counts.parked_since(session, night.code)
    return {
        "persons": {**people.counts(), "unseen": _count(unseen(facts)), "orphans": _count(orphans(facts))},
        "parked_why": _parked_why(people),
        "parked_longest_days": (night.as_of - parked_since).days if parked_since else 0,
        "unknown_group_released": sum(v.unknown_group and v.state == "released" for v in people.verdicts.values()),
        "unfindable": people.unfindable(),
        "undecided": Undecided(
            choices=waiting_choices(session, night.code),
            halves=waiting_decisions(session, night.code),
            left=len(left_behind(session, night, facts)),
            to_ask=len(people.to_ask(night.settler)),
            holds=waiting_holds(session, night.code, night.as_of),
        ),
    }


def _parked_why(people: People) -> dict[str, int]:
    return dict(Counter(verdict.reason for verdict in people.verdicts.values() if verdict.state == "parked"))


def _count(strangers: Mapping[str, frozenset[str]]) -> int:
    """Return the number of distinct persons over all systems."""
    return len(frozenset().union(*strangers.values()))


def _quarantine(session: Session, night: Night) -> Part:
    items = quarantined(session, night.code)
    return {
        "held": [_held(night, item) for item in items],
        "refused_files": sum(item.row is None for item in items),
    }


def _held(night: Night, item: QuarantinedItem) -> Held:
    owner, by = decision_term(night, item)
    return Held(**item.__dict__, days=(night.as_of - item.since).days, owner=owner, decide_by=by)


def _delivery(facts: GateFacts, quarter: str, weighed: Sequence[Reason]) -> Part:
    return {
        "gate_open": answer(weighed, facts.errors)["open"],
        "reasons": [
            ReasonLine(r.code, r.count, r.system, r.accepted, r.code in ACCEPTABLE, r.on_hold) for r in weighed
        ],
        "quarter": quarter,
        "deadline": deadline(quarter),
        "corrections": [
            CorrectionLine(block.quarter, block.digest, len(block.corrected), block.waits)
            for block in facts.at_cbs
            if block.corrected
        ],
    }


def at_sources(session: Session, night: Night) -> list[Noticed]:
    """Return what was noticed at each source by the night's day, as of the last night that looked.

    For a future day nothing later than today counts: no source is silent on it yet.
    """
    sources = night.municipality.sources
    days: list[date] = days_looked(session, night.code, min(night.as_of, today()))
    if not days:
        return []
    seen = noted(session, night.code, days, [source.name for source in sources])
    return [*seen, *silent(session, night.code, sources, days[0], night.quality)]
