"""Searching once more for the persons of an open plan, when `coverage` asks for something else than then."""

from collections.abc import Mapping
from typing import Any

from hervat.cleaning import make_plan
from hervat.cleaning.nightly.plans import (
    Subject,
    bsns_in,
    content_of,
    coverage_asked,
    note,
    open_plans,
    persons_in,
    report_coverage,
    v_numbers_in,
)
from hervat.register.models import CleaningPlan

_OF_THE_SEARCH = ("coverage", "search", "notes")


def search_again(subject: Subject) -> None:
    """Renew what the open plans say of their search where another is asked for now. No approval lapses by it.

    Raises CleaningError when a table that is to be searched can't be read.
    """
    for plan in _outdated(subject):
        with subject.night.register.session() as session:
            keys = persons_in(session, [plan.id])
        searched = make_plan(subject.local, bsns_in(subject, keys), plan.occasion, v_numbers_in(subject, keys))
        with subject.night.register.session() as session:
            row = session.get_one(CleaningPlan, plan.id)
            row.content = _renewed(row.content, content_of(subject, searched))
            note(session, subject, row, "searched again, for coverage is another now")
        report_coverage(subject, searched)


def _outdated(subject: Subject) -> list[CleaningPlan]:
    asked = coverage_asked(subject.system)
    with subject.night.register.session() as session:
        plans = open_plans(session, subject)
    return [plan for plan in plans if plan.content.get("search", {}).get("asked") != asked]


def _renewed(content: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan's content with what is of the search replaced by what was found now."""
    kept = {name: value for name, value in content.items() if name not in _OF_THE_SEARCH}
    return kept | {name: found[name] for name in _OF_THE_SEARCH if name in found}
