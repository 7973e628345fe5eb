"""Everything that waits and how it stands, as one value: the base of `hervat status` and of the report."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from hervat import __version__
from hervat.delivery import (
    ACCEPTABLE,
    GateFacts,
    Reason,
    answer,
    deadline,
    look,
    orphans,
    quarter_for,
    reasons,
    unseen,
    weigh,
)
from hervat.intake import Noticed, QuarantinedItem, days_looked, decision_term, noted, quarantined, silent
from hervat.night import Night
from hervat.notices import standing as standing_notices
from hervat.notices import unsure
from hervat.plural import plural
from hervat.register import last_good_night
from hervat.settling import People, waiting_choices
from hervat.status import copies, register_counts
from hervat.status.aftermath import Aftermath, after
from hervat.status.model import AnswersRefused, CorrectionLine, Held, Overview, ReasonLine, Undecided, UnsureLine
from hervat.status.nights import nights
from hervat.status.systems import system_lines
from hervat.strangers import ORPHANS, left_behind, waiting_decisions
from hervat.today import today


def at_sources(session: Session, night: Night) -> list[Noticed]:
    """Return what there is to say of each source on the night's day, as of the last night that looked until then.

    A day to come looks no further than today: nobody is silent on it yet.
    """
    sources = night.municipality.sources
    days = days_looked(session, night.code, min(night.as_of, today()))
    if not days:
        return []
    seen = noted(session, night.code, days, [one.name for one in sources])
    return [*seen, *silent(session, night.code, sources, days[0], night.quality)]


@dataclass(frozen=True)
class View:
    """The overview, and what must not be in it: the people, the gate's facts with strangers' BSNs, the aftermath."""

    overview: Overview
    people: People
    facts: GateFacts
    gate: dict[str, Any]
    after: Aftermath


def last_view(night: Night) -> View:
    """Return the night's last look over everything; taken now if there was none."""
    view = night.handover.view
    return view if isinstance(view, View) else look_over(night)


def look_over(night: Night) -> View:
    """Look at the register and every local system now. What can't be read is an error of the night."""
    with night.register.session() as session:
        deliveries = register_counts.delivered(session, night.code)
    quarter = quarter_for(night.as_of, {one["quarter"] for one in deliveries if one["receipt"]})
    facts = look(night, quarter)
    for error in facts.errors:
        night.fail(error)
    with night.register.session() as session:
        found = weigh(session, night, quarter, reasons(facts))
    view = _view(night, quarter, facts, found, deliveries)
    _what_waits(night, view.overview)
    night.handover.view = view
    return view


def _view(night: Night, quarter: str, facts: GateFacts, found: list[Reason], deliveries: list[dict[str, Any]]) -> View:
    gate = answer(found, facts.errors)
    with night.register.session() as session:
        items = quarantined(session, night.code)
        what_stays = after(session, night, facts)
        overview = Overview(
            code=night.code,
            name=night.municipality.name,
            day=night.as_of,
            made_at=datetime.now(UTC),
            version=__version__,
            shadow=night.shadow,
            counts={
                "files": register_counts.files(session, night.code),
                "rows": register_counts.rows(session, night.code),
            },
            run=night.counts,
            persons={**facts.people.counts(), "unseen": _persons(unseen(facts)), "orphans": _persons(orphans(facts))},
            parked_why=_parked_why(facts.people),
            parked_longest_days=_days_since(register_counts.parked_since(session, night.code), night),
            unknown_group_released=_unknown_group_released(facts.people),
            held=[_held(night, item) for item in items],
            refused_files=sum(item.row is None for item in items),
            incidents=register_counts.incidents(session, night.code),
            systems=system_lines(session, night, facts, what_stays),
            plans=register_counts.plans(session, night.municipality),
            notices=standing_notices(session, night.code, night.as_of, night.municipality),
            gate_open=gate["open"],
            reasons=[ReasonLine(r.code, r.count, r.system, r.accepted, r.code in ACCEPTABLE) for r in found],
            quarter=quarter,
            deadline=deadline(quarter),
            delivered=deliveries,
            last_good_run=last_good_night(session, night.code),
            errors=list(dict.fromkeys(night.errors)),
            attention=list(dict.fromkeys(night.attention)),
            quality=register_counts.quality(session, night.code, night.as_of),
            quality_months=register_counts.quality_by_month(session, night.code, night.as_of),
            nights=nights(session, night.code, night.as_of),
            unfindable=facts.people.unfindable(),
            undecided=_undecided(session, night, facts),
            corrections=_corrections(facts),
            answers=register_counts.answers(session, night.code),
            sources=at_sources(session, night),
            unsure=[UnsureLine(one.recipient, one.number, one.why, one.file) for one in unsure(session, night)],
        )
    return View(overview, facts.people, facts, gate, what_stays)


def _undecided(session: Session, night: Night, facts: GateFacts) -> Undecided:
    return Undecided(
        choices=waiting_choices(session, night.code),
        halves=waiting_decisions(session, night.code),
        left=len(left_behind(session, night, facts)),
        to_ask=len(facts.people.to_ask(night.settler)),
    )


def _persons(found: Mapping[str, frozenset[str]]) -> int:
    """Return how many persons stand in any of these systems, each once."""
    return len(frozenset().union(*found.values()))


def _held(night: Night, item: QuarantinedItem) -> Held:
    owner, by = decision_term(night, item)
    return Held(**item.__dict__, days=(night.as_of - item.since).days, owner=owner, decide_by=by)


def _corrections(facts: GateFacts) -> list[CorrectionLine]:
    return [
        CorrectionLine(one.quarter, one.digest, len(one.corrected), one.waits) for one in facts.at_cbs if one.corrected
    ]


def _past_term(overview: Overview) -> dict[str, int]:
    """Return what is in quarantine past its term, by who is to decide."""
    late = [one.owner or "nobody is named" for one in overview.held if one.decide_by and one.decide_by < overview.day]
    return {f"in quarantine past the term for a decision (owner: {owner})": n for owner, n in Counter(late).items()}


def _days_since(day: date | None, night: Night) -> int:
    return (night.as_of - day).days if day else 0


def _unknown_group_released(people: People) -> int:
    return sum(one.unknown_group and one.state == "released" for one in people.verdicts.values())


def _parked_why(people: People) -> dict[str, int]:
    return dict(Counter(v.reason for v in people.verdicts.values() if v.state == "parked"))


def _what_waits(night: Night, overview: Overview) -> None:
    """Note what waits for a person: it makes the exit status 1."""
    waits = {
        "files refused for their structure": overview.refused_files,
        "rows in quarantine": len(overview.held) - overview.refused_files,
        **_past_term(overview),
        "incidents (rows of another gemeente)": sum(one["kind"] != ORPHANS for one in overview.incidents),
        "incidents (orphans)": sum(one["kind"] == ORPHANS for one in overview.incidents),
        "disputed persons to decide about": overview.persons["disputed"],
        "choices of law that wait for a second person": overview.undecided.choices,
        "parked persons to ask DUO about": overview.undecided.to_ask,
        "corrected persons without a BSN, whom no system can be searched for": overview.unfindable,
        "orphans to look at": overview.persons["orphans"],
        "persons who left the systems while their parties wait": overview.undecided.left,
        "decisions about strangers that wait for a second person": overview.undecided.halves,
        "columns outside a footprint in which numbers of corrected persons stand": sum(
            one.fresh for system in overview.systems for one in system.coverage
        ),
        "notices without an answer past their term": overview.notices.get("overdue", 0),
        "notices that their party refused or did only in part": sum(
            overview.notices.get(what, 0) for what in ("refused", "partly")
        ),
        "notices that did not arrive and are not tried again": overview.notices.get("failed", 0),
        "requests to suppliers past their term": sum(s.overdue for s in overview.systems),
        "persons to fill in again": sum(s.refill for s in overview.systems),
        "shared rows that nobody holds any more, to look at": sum(sum(s.loose.values()) for s in overview.systems),
    }
    unapproved = {system.name: system.waiting for system in overview.systems if system.waiting}
    night.attention += [f"system {name}: {count} persons wait for an approval" for name, count in unapproved.items()]
    night.attention += [f"{count} {what}" for what, count in waits.items() if count]
    night.attention += [
        f"{one.persons} corrected persons stand in the delivery of {one.quarter} that CBS has ({one.digest[:12]})"
        for one in overview.corrections
        if not one.waits
    ]
    night.attention += [
        f"{one.persons} corrected persons stand in the delivery of {one.quarter} that CBS has; its correction waits"
        for one in overview.corrections
        if one.waits
    ]
    night.attention += [_refused(one) for one in overview.answers]
    night.attention += copies.waiting(overview.systems)
    night.attention += [one.text for one in overview.sources if one.waits]
    night.attention += [
        f"{one.recipient}: it is not sure what its answer {one.file} to notice {one.number} says ({one.why}); read it,"
        f" and record that: `hervat notices confirm --number {one.number} --status STATUS --by NAME`"
        for one in overview.unsure
    ]


def _refused(one: AnswersRefused) -> str:
    """Return where a filled-in worklist can't be read: file, row numbers and reason code, never a value."""
    if not one.rows:
        return f"filled-in worklist {one.file} is refused whole ({one.reason})"
    rows = ", ".join(map(str, one.rows))
    return f"filled-in worklist {one.file}: {plural(len(one.rows), 'row')} refused ({one.reason}): {rows}"
