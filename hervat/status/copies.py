"""Possible copies of erased rows: tables that grew during erasures, and features that keep erased rows."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from hervat.databases import Keeper
from hervat.register.models import CleaningPlan
from hervat.status.model import Copied, Overview, SystemLine


def copied_in(executed: Iterable[CleaningPlan], day: date) -> list[Copied]:
    """Return a line a table that grew by itself during the erasures in a system, summed over its executed plans."""
    copies: dict[str, Copied] = {}
    for plan in sorted(executed, key=lambda plan: (plan.ended_on or date.max, plan.id)):
        for table, rows in _grown(plan.outcome or {}).items():
            before = copies[table].rows if table in copies else 0
            added = None if rows is None or before is None else before + rows
            copies[table] = Copied(table, added, plan.ended_on or plan.made_on, plan.ended_on == day)
    return [copies[table] for table in sorted(copies)]


def _grown(outcome: dict[str, Any]) -> dict[str, int | None]:
    uncounted = [line.partition(": ")[0] for line in outcome.get("uncounted", [])]
    return {table: rows for table, rows in outcome.get("grown", {}).items() if rows > 0} | dict.fromkeys(uncounted)


def keepers_tonight(executed: Iterable[CleaningPlan], day: date) -> list[Keeper]:
    """Return the features that keep rows erased on this day and can't be counted."""
    tonight = [plan for plan in executed if plan.ended_on == day]
    keepers = [keeper for plan in tonight for keeper in (plan.outcome or {}).get("keepers", [])]
    return sorted({Keeper(**keeper) for keeper in keepers}, key=str)


def waiting(systems: Sequence[SystemLine]) -> list[str]:
    """Return what the administrator must look at: the copies of tonight, and history that is still there."""
    said = []
    for system in systems:
        lead = f"system {system.name}: "
        said += [f"{lead}{_of(copy)}" for copy in system.copies if copy.fresh]
        said += [
            f"{lead}erased rows are still in the history of {kept.table} ({kept.rows}); the administrator:"
            f" {kept.statement}"
            for kept in system.history
        ]
        said += [f"{lead}{keeper}" for keeper in system.keepers]
    return said


def _of(copied: Copied) -> str:
    if copied.rows is None:
        return f"{copied.table} may have grown at the erasure (not counted): a copy of erased rows may be there"
    return f"{copied.table} grew at the erasure, by {copied.rows} in all: a copy of erased rows may be there"


def as_json(overview: Overview) -> list[dict[str, Any]]:
    """Return possible copies (`grown`: by so many rows, null if nobody could count) and certain ones (`history`)."""
    return [
        {
            "system": system.name,
            "grown": [{"table": copy.table, "rows": copy.rows, "on": str(copy.on)} for copy in system.copies],
            "history": [vars(kept) for kept in system.history],
            "keepers": [str(keeper) for keeper in system.keepers],
        }
        for system in overview.systems
        if system.copies or system.history or system.keepers
    ]
