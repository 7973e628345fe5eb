"""The state of everything at this moment, as one value: the base of `hervat status` and of the report."""

from dataclasses import dataclass
from typing import Any

from hervat.delivery import GateFacts, answer, look, quarter_for, reasons, weigh
from hervat.night import Night
from hervat.settling import People
from hervat.status import register_counts
from hervat.status.aftermath import Aftermath, after
from hervat.status.model import Overview
from hervat.status.overview import overview_of
from hervat.status.waiting import waiting_lines


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
    quarter = quarter_for(night.as_of, {delivery["quarter"] for delivery in deliveries if delivery["receipt"]})
    facts = look(night, quarter)
    for error in facts.errors:
        night.error(error)
    with night.register.session() as session:
        weighed = weigh(session, night, quarter, reasons(facts))
    with night.register.session() as session:
        stays = after(session, night, facts)
        overview = overview_of(session, night, facts, stays, quarter, weighed, deliveries)
    night.attention += waiting_lines(overview)
    view = View(overview, facts.people, facts, answer(weighed, facts.errors), stays)
    night.handover.view = view
    return view
