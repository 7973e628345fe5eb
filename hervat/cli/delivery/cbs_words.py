"""The text of `hervat cbs prepare`: the delivery that was written, or what kept it from being written and the fix."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hervat.cli.shared import WAITS, WRONG, tell
from hervat.plural import plural

if TYPE_CHECKING:
    from hervat.delivery import Prepared, Stop
    from hervat.night import Night


def tell_prepared(code: str, quarter: str, prepared: "Prepared") -> None:
    """Print the outcome of a preparation for one gemeente."""
    if prepared.written:
        _tell_written(code, prepared)
        return
    _tell_reasons(code, prepared)
    for stop in prepared.stops:
        _tell_stop(quarter, stop)
    for error in prepared.errors:
        tell(error.replace("\n", "\n    "), lead="  error: ", style=WRONG)


def prepared_json(night: "Night", prepared: "Prepared") -> dict[str, Any]:
    """Return the outcome of a preparation, for JSON."""
    layout = prepared.layout
    return {
        "code": night.code,
        "written": prepared.written,
        "records": prepared.records,
        "directory": str(prepared.directory) if prepared.written else None,
        "gate": prepared.gate,
        "errors": prepared.errors,
        "stops": [stop.as_json() for stop in prepared.stops],
        "state": prepared.state,
        "early": prepared.early,
        "layout": layout and layout.model_dump(include={"name", "version", "provisional"}),
        **({} if prepared.changes is None else {"changes": prepared.changes}),
    }


def _tell_written(code: str, prepared: "Prepared") -> None:
    state = "" if prepared.state == "peildatum" else ", as they are now: the query does not ask for :peildatum"
    tell(f"{code}: {plural(prepared.records, 'record')} in {prepared.directory}{state}")
    if prepared.early:
        tell("the quarter had not ended; do not deliver this file", lead="  VOORLOPIG: ", style=WAITS)
    if prepared.layout and prepared.layout.provisional:
        tell(f"  PROVISIONAL layout {prepared.layout.name}: CBS may not accept it")
    if prepared.changes:
        tell(f"  changed since the earlier delivery: {_changes(prepared.changes)}")


def _tell_reasons(code: str, prepared: "Prepared") -> None:
    from hervat.delivery import FIXES

    tell(f"{code}: nothing was written, {_why_not(prepared)}")
    for reason in prepared.gate["reasons"]:
        where = f" in {reason['system']}" if reason.get("system") else ""
        accepted = reason.get("accepted")
        tell(f"  {reason['code']}{where}: {reason['count']} ({'accepted' if accepted else 'not accepted'})")
        if not accepted:
            tell(f"    {FIXES[reason['code']]}")


def _why_not(prepared: "Prepared") -> str:
    """Return what kept a delivery from being written; a value that can't be written is not the gate's doing."""
    if any(not reason.get("accepted") for reason in prepared.gate["reasons"]):
        return "the gate is shut"
    return "something failed" if prepared.errors else "it was stopped"


def _tell_stop(quarter: str, stop: "Stop") -> None:
    for line in stop.lines:
        tell(f"  {stop.code}: {line}{' (accepted)' if stop.accepted else ''}")
    if stop.code in ("bounds", "rules") and not stop.accepted:
        command = f"hervat cbs accept --quarter {quarter} --code {stop.code} --by NAME --reason TEXT"
        tell(f"    fix it in the system, or accept it:\n    {command}")


def _changes(changes: Mapping[str, Any]) -> str:
    if "unknown" in changes:
        return str(changes["unknown"])
    added = plural(changes["added"], "person added", "persons added")
    return f"{added}, {changes['removed']} removed, {changes['changed']} changed"
