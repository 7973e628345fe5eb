"""The content of a plan as the register keeps it, and the part of it that comes from the coverage search."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hervat.cleaning.system_night import SystemNight
from hervat.erasure import Plan
from hervat.register.models import CleaningPlan
from hervat.settings import System

_PERSONS = ("found", "doubles", "unknown")
_OF_THE_SEARCH = ("coverage", "search", "notes")


def content_of(system_night: SystemNight, plan: Plan) -> dict[str, object]:
    """Return the content of a plan: counts, names and statements; its persons are stored apart, by pseudonym.

    search: the day of the search, and what `coverage` asked for then; left out if it asked for nothing.
    """
    content = {name: value for name, value in asdict(plan).items() if name not in _PERSONS}
    if plan.coverage is None:
        del content["coverage"]  # an empty list says that nothing was found
    else:
        content["search"] = {"on": str(system_night.night.as_of), "asked": _asked(system_night.system)}
    return content | {"found": len(plan.found)}


def search_is_outdated(system: System, plan: CleaningPlan) -> bool:
    """True if `coverage` asks for another search now than when the plan was searched."""
    return bool(plan.content.get("search", {}).get("asked") != _asked(system))


def with_search(content: Mapping[str, Any], searched: Mapping[str, Any]) -> dict[str, Any]:
    """Return a plan's content with the results of a new search instead of its own."""
    rest = {name: value for name, value in content.items() if name not in _OF_THE_SEARCH}
    return rest | {name: searched[name] for name in _OF_THE_SEARCH if name in searched}


def report_coverage(system_night: SystemNight, plan: Plan) -> None:
    """Add what the search found to the night's attention: places and counts."""
    if plan.coverage:
        places = "; ".join(map(str, plan.coverage))
        system_night.night.attention.append(f"system {system_night.name}: {places}")


def _asked(system: System) -> dict[str, object] | None:
    """Return the configuration of the search, None if nothing is searched."""
    return None if system.coverage is None else system.coverage.model_dump(by_alias=True)
