"""The public account (JSON) of a run, and of the present state, for one municipality."""

from collections import Counter
from typing import Any

from hervat.night import Night
from hervat.notices import KINDS
from hervat.status import copies, register_counts
from hervat.status.model import Overview
from hervat.status.view import last_view, look_over

_FILES = ("fetched", "known", "refused")
_ROWS = ("read", "loaded", "known", "foreign", "quarantined", "unknown_code")
_NOTICES = (*KINDS, "unconfirmed")
_CLEANING = ("planned", "waiting", "cleaned", "reappeared")


def account(night: Night) -> dict[str, Any]:
    """Return what this run did: files, rows, cleaning and notices; persons and gate as they are now."""
    view = last_view(night)
    done = night.counts
    return {
        "code": night.code,
        "files": _part(done.get("files", {}), _FILES),
        "rows": _part(done.get("rows", {}), _ROWS),
        "persons": view.overview.persons,
        "cleaning": _lines(done.get("cleaning", []), [system.name for system in night.municipality.databases]),
        "notices": {**_part(done.get("notices", {}), _NOTICES), "unconfirmed": view.overview.notices["unconfirmed"]},
        "gate": view.gate,
        "refill": _refill(view.overview),
        "warnings": warnings(view.overview),
        "copies": copies.as_json(view.overview),
        "quarantine": quarantine_lines(view.overview),
    }


def status_account(night: Night) -> dict[str, Any]:
    """Return the present state in the same form; nothing in it comes from an earlier run."""
    view = look_over(night)
    overview = view.overview
    with night.register.session() as session:
        plans = register_counts.cleaning(session, night.code)
    lines: list[dict[str, Any]] = [
        {"system": line.name, **plans.get(line.name, {}), "reappeared": line.reappeared, "on_hold": line.on_hold}
        for line in overview.systems
        if line.kind == "database"
    ]
    return {
        "code": night.code,
        "files": overview.counts["files"],
        "rows": overview.counts["rows"],
        "persons": overview.persons,
        "cleaning": _lines(lines, [line["system"] for line in lines]),
        "notices": _part(overview.notices, _NOTICES),
        "gate": view.gate,
        "refill": _refill(overview),
        "warnings": warnings(overview),
        "copies": copies.as_json(overview),
        "quarantine": quarantine_lines(overview),
        "quarter": overview.quarter,
        "deadline": str(overview.deadline),
        "last_good_run": overview.last_good_run and overview.last_good_run.isoformat(),
        "systems": [{"system": s.name, "corrected": s.corrected, "proven": s.proven} for s in overview.systems],
    }


def _refill(overview: Overview) -> list[dict[str, Any]]:
    """Return how many erased and reinstated persons must be filled in again, by system."""
    return [{"system": line.name, "persons": line.refill} for line in overview.systems if line.refill]


def warnings(overview: Overview) -> list[dict[str, Any]]:
    """Return the day's validation warnings, which quarantine nothing: suite, reason and count."""
    counts: Counter[tuple[str, str]] = Counter()
    for result in overview.quality:
        if result["severity"] == "warning":
            counts[result["suite"], result["reason"]] += result["unexpected_count"]
    return [{"suite": suite, "reason": reason, "count": count} for (suite, reason), count in sorted(counts.items())]


def quarantine_lines(overview: Overview) -> list[dict[str, Any]]:
    """Return the quarantine, a line a file and reason: the count (a whole file is 1), and the fix."""
    counts = Counter((item.download_id, item.file, item.reason, item.mend) for item in overview.held)
    names = ("download", "file", "reason", "mend")
    return [{**dict(zip(names, key, strict=True)), "count": count} for key, count in counts.items()]


def _part(counts: dict[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    return {name: int(counts.get(name, 0)) for name in names}


def _lines(lines: list[dict[str, Any]], systems: list[str]) -> list[dict[str, Any]]:
    by_system = {line["system"]: line for line in lines}
    counts = {name: by_system.get(name, {}) for name in systems}
    return [{"system": name, **_part(line, _CLEANING), **_on_hold(line)} for name, line in counts.items()]


def _on_hold(line: dict[str, Any]) -> dict[str, int]:
    return {"on_hold": int(line["on_hold"])} if line.get("on_hold") else {}
