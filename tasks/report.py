"""Report: the page and the worklist of the present state; the page again after a person's decision."""

from dataclasses import replace
from pathlib import Path

from hervat.dutch import learn
from hervat.errors import redacted
from hervat.expectations.checks import words
from hervat.night import Counts, Handover, Night
from hervat.readers import let_read
from hervat.register import Busy, municipality_lock
from hervat.report import KeptReport, keep, read_kept, write_page, write_worklist
from hervat.status import View, look_over, with_this_night
from hervat.strangers import note, strangers_in
from hervat.tasks.step import Step
from hervat.upkeep import clear_output, tell_overdue

PATIENCE = 5.0  # seconds


def renew(night: Night) -> str | None:
    """Write the last report again, as things are now: after a decision, a delivery or a record.

    It remains the report of the last run's day, with what that run did; the page says that it was renewed. Without a
    report nothing is done. The decision stays whatever happens to the page, so nothing is raised: the problem is
    returned.
    """
    try:
        with municipality_lock(night.register, night.code, PATIENCE):
            _again(night)
            let_read(night.settings, night.municipality)  # also what was written before it, such as a delivery
    except Busy:
        return f"the report of {night.code} was not made again: a run is at work, and writes one of its own"
    except Exception as error:  # noqa: BLE001 - the decision stands; a foreign text may hold a value
        return f"the report of {night.code} was not made again: {redacted(error)}"
    return None


def _again(night: Night) -> Path | None:
    kept = read_kept(night.settings.output, night.code)
    if kept is None:
        return None
    then = replace(night, as_of=kept.day, shadow=kept.shadow, counts=kept.counts, handover=Handover())
    then.errors, then.attention = list(kept.errors), list(kept.attention)
    return write_page(replace(look_over(then).overview, renewed=True), night.settings.output)


def _report(night: Night) -> Counts:
    kept = KeptReport(night.as_of, night.shadow, night.counts, list(night.errors), list(night.attention))
    view = _with_this_night(night, look_over(night))
    night.handover.view = view
    page = write_page(view.overview, night.settings.output)
    keep(night.settings.output, night.code, kept)
    with night.register.session() as session:
        numbers = note(session, night, view.facts)
        people = replace(view.people, owner=view.people.owner | numbers)
        deadline = view.overview.deadline
        sheet = write_worklist(session, night, people, strangers_in(view.facts), view.after, deadline)
    let_read(night.settings, night.municipality)
    night.log(f"wrote {page.name} and {sheet.name}")
    clear_output(night)
    tell_past_terms(night)
    return {}


def tell_past_terms(night: Night) -> None:
    """Put what is past its term in the night's attention, as a count; the night's last look says who is in a system."""
    view = night.handover.view
    facts = view.facts if isinstance(view, View) else None
    tell_overdue(night, facts.systems if facts and not facts.errors else None)


def _with_this_night(night: Night, view: View) -> View:
    """Return the view with this night among the nights: the register gets its account only at the end."""
    answer = {"persons": view.overview.persons, "cleaning": night.counts.get("cleaning", [])}
    with night.register.session() as session:
        lines = with_this_night(session, night.code, view.overview.nights, night.as_of, answer)
    return replace(view, overview=replace(view.overview, nights=lines))


learn(words())

STEP = Step("report", _report)
