"""Rehearsals on the terminal: a few lines a plan. Counts and names; never a person."""

from collections.abc import Mapping, Sequence

from hervat.cleaning import Rehearsed
from hervat.cli.shared import stdout, tell
from hervat.plural import plural

_WIDE = 22


def show(rehearsals: Sequence[Rehearsed]) -> None:
    """Print the outcome of each rehearsal."""
    if not rehearsals:
        stdout().print("Plans: none")
    for rehearsal in rehearsals:
        said = "it would go; everything was rolled back" if rehearsal.goes else "it would NOT go; nothing was changed"
        tell(said, lead=f"{rehearsal.system} ({rehearsal.municipality}): ")
        for label, text in _facts(rehearsal):
            tell(text, lead=f"  {label:<{_WIDE}}", hang=_WIDE + 2)
        stdout().print()


def _facts(rehearsal: Rehearsed) -> list[tuple[str, str]]:
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


def _counts(counts: Mapping[str, int]) -> str:
    parts = [f"{name} {count}" for name, count in counts.items()]
    return f"{sum(counts.values())}: {', '.join(parts)}" if parts else "none"
