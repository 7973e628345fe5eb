"""A plan, or its rehearsal, on the terminal: all that it knows, a line each. Counts, names, hashes; never a person."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hervat.cleaning import Rehearsed
from hervat.cli.shared import stdout, table, tell
from hervat.errors import UsageError
from hervat.plural import plural
from hervat.status import PlanPersonLine

_WIDE = 22
_STATUS = {"waiting": "waits for approval", "ready": "approved: the next run executes it"}
_COUNTED = (
    ("rows", "rows to erase"),
    ("marked", "columns to set"),
    ("shared", "shared rows, kept"),
    ("stranded", "stranded rows, kept"),
    ("nulled", "keys to null"),
)
_LISTED = (
    ("triggers", "triggers"),
    ("keepers", "keeps what is erased"),
    ("indexes", "indexes for the time"),
    ("order", "order"),
    ("notes", "notes"),
)


def show(plan: Mapping[str, Any], sql: bool) -> None:
    """Print a plan; `sql`: with the statements that will run."""
    why = "no approval needed: the next run executes it" if not plan["why"] else _STATUS[plan["status"]]
    tell(why, lead=f"{plan['system']} ({plan['municipality']}): ")
    for label, text in facts(plan):
        tell(text, lead=f"  {label:<{_WIDE}}", hang=_WIDE + 2 if " " in text else 4)
    if sql:
        stdout().print(
            "  statements", *[f"    {text}" for text in plan["content"]["statements"]], sep="\n", markup=False
        )
    stdout().print()


def show_rehearsals(rehearsals: Sequence[Rehearsed]) -> None:
    """Print the outcome of each rehearsal."""
    if not rehearsals:
        stdout().print("Plans: none")
    for rehearsal in rehearsals:
        said = "it would go; everything was rolled back" if rehearsal.goes else "it would NOT go; nothing was changed"
        tell(said, lead=f"{rehearsal.system} ({rehearsal.municipality}): ")
        for label, text in _rehearsed(rehearsal):
            tell(text, lead=f"  {label:<{_WIDE}}", hang=_WIDE + 2)
        stdout().print()


def _rehearsed(rehearsal: Rehearsed) -> list[tuple[str, str]]:
    head = [("hash", rehearsal.hash), ("persons", str(rehearsal.persons))]
    if rehearsal.error:
        return [*head, ("why", rehearsal.error), ("took", f"{rehearsal.seconds:.2f} s")]
    counts = {
        "rows that would go": rehearsal.rows,
        "keys set to null": rehearsal.nulled,
        "columns set": rehearsal.marked,
        "tables that grow": rehearsal.grown,
    }
    took = f"{rehearsal.seconds:.2f} s; rows were locked for at most {rehearsal.held:.2f} s at a time"
    more = f", in {plural(rehearsal.transactions, 'transaction')}" if rehearsal.transactions > 1 else ""
    return [
        *head,
        *((label, _counts(found)) for label, found in counts.items()),
        ("triggers", "; ".join(rehearsal.triggers) or "none"),
        ("took", took + more),
        *(("not shown by this", text) for text in rehearsal.unseen),
    ]


def only(plans: Sequence[dict[str, Any]], given: str) -> dict[str, Any]:
    """Return the plan whose hash is (or starts with) `given`. Raises UsageError."""
    matches = [plan for plan in plans if plan["hash"].startswith(given.strip().lower())]
    if len(matches) != 1 or len(given.strip()) < 8:
        raise UsageError(
            f"{len(matches) or 'no'} plans wait under the hash {given}; `hervat plan` shows the plans that wait"
        )
    return matches[0]


def show_persons(system: str, lines: Sequence[PlanPersonLine]) -> None:
    """Print the persons in a plan: worklist numbers and keys of the system, never a BSN or a name."""
    columns = ["number", "rows in the system now", "reason", "SS190 of"]
    rows = [[line.number, "\n".join(line.rows) or "none", line.reason, line.corrected_on] for line in lines]
    table(f"{system}: {plural(len(lines), 'person')}", columns, rows, fold=[columns[1]])


def facts(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return (label, text) for everything a plan knows but its statements."""
    content = plan["content"]
    yield "hash", plan["hash"]
    yield "made on", f"{plan['made_on']}, policy {plan['policy']}"
    yield from _approvals(plan["why"], plan["approvals"])
    yield "restore point", str(plan["restore_point"] or "none recorded (restore_point: YYYY-MM-DD at the system)")
    yield "persons", str(plan["persons"])
    yield "set aside", f"{content.get('doubles', 0)} double, {content.get('unknown', 0)} of unknown law"
    for group in plan["since"]:
        yield "seen again", f"{group['persons']} cleaned {group['cleaned_on']}, seen again since {group['seen_on']}"
    for key, label in _COUNTED:
        yield label, _counts(content.get(key) or {})
    if "coverage" in content:
        yield "coverage", _any(content["coverage"])
    if content.get("beside"):
        yield "also there", "; ".join(map(_beside, content["beside"]))
    for key, label in _LISTED:
        yield label, ("; " if key != "order" else ", ").join(content.get(key) or ()) or "none"


def _approvals(why: str | None, approvals: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not why:
        return
    yield "approval", f"{why}: {approvals['needed'] - approvals['missing']} of {approvals['needed']} given"
    for approval in approvals["given"]:
        signed = f", signed with {approval['fingerprint']}" if approval["signed"] else ", by name"
        yield "  given", f"{approval['by']} on {approval['day']}{signed}"
    for text in approvals["refused"]:
        yield "  refused", text
    if approvals["error"]:
        yield "  unknown", approvals["error"]
    if approvals["missing"]:
        yield "  still needed", _still(approvals["missing"], approvals["may"])


def _still(missing: int, may: list[str] | None) -> str:
    if may is None:
        return f"{missing} more, by name (--by NAME)"
    return f"{missing} more (--key FILE): {' or '.join(may) or 'the file of approvers names no other'}"


def _beside(mapped: Mapping[str, Any]) -> str:
    """Return the values in a column next to the one that the footprint names."""
    values = [f"{value['shown']} {plural(value['rows'], 'row')}" for value in mapped["values"]]
    if mapped["more"][0]:
        values.append(f"{mapped['more'][0]} other values in {plural(mapped['more'][1], 'row')}")
    return f"{mapped['table']}.{mapped['column']}: {', '.join(values)}"


def _counts(counts: Mapping[str, int]) -> str:
    parts = [f"{name} {count}" for name, count in counts.items()]
    return f"{sum(counts.values())}: {', '.join(parts)}" if parts else "none"


def _any(value: Any) -> str:
    """Return the coverage findings in any form: counts by place, or a list."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_any(one)}" for name, one in value.items()) or "nothing found"
    if isinstance(value, list | tuple):
        return "; ".join(_any(one) for one in value) or "nothing found"
    return str(value)
