"""The English lines of what waits for a person (`attention`), by subject; numbers agree.

docs/runbook.md explains each line; hervat/attention.py knows the command that ends it.
"""

from collections import Counter
from collections.abc import Iterator

from hervat.plural import plural
from hervat.status import copies
from hervat.status.model import AnswersRefused, CorrectionLine, Overview, UnsureLine
from hervat.strangers import ORPHANS

Count = tuple[int, str, str]
"""A count with its line in the singular and in the plural; 0 gives no line."""


def waiting_lines(overview: Overview) -> list[str]:
    """Return every line that waits for a person: any of them makes the exit status 1."""
    return [
        *_approvals(overview),
        *_counted(_quarantine(overview)),
        *_counted(_persons(overview)),
        *_counted(_notices(overview)),
        *_counted(_systems(overview)),
        *map(_correction, overview.corrections),
        *map(_refused, overview.answers),
        *copies.waiting(overview.systems),
        *(source.text for source in overview.sources if source.waits),
        *map(_unsure, overview.unsure),
    ]


def _counted(counts: Iterator[Count]) -> list[str]:
    return [plural(*count) for count in counts if count[0]]


def _approvals(overview: Overview) -> list[str]:
    waiting = {system.name: system.waiting for system in overview.systems if system.waiting}
    return [
        f"system {name}: {plural(count, 'person waits', 'persons wait')} for an approval"
        for name, count in waiting.items()
    ]


def _quarantine(overview: Overview) -> Iterator[Count]:
    files, incidents = overview.refused_files, Counter(incident["kind"] for incident in overview.incidents)
    yield files, "file refused for its structure", "files refused for their structure"
    yield len(overview.held) - files, "row in quarantine", "rows in quarantine"
    for owner, count in _past_term(overview).items():
        late = f"in quarantine past the term for a decision (owner: {owner})"
        yield count, late, late
    yield incidents["foreign_rows"], "incident (row of another gemeente)", "incidents (rows of another gemeente)"
    yield incidents[ORPHANS], "incident (orphan)", "incidents (orphans)"
    yield incidents["leak"], "incident (reported by a person)", "incidents (reported by a person)"
    yield (
        sum(incident["waits"] for incident in overview.incidents),
        "incident whose end waits for a second person",
        "incidents whose end waits for a second person",
    )


def _past_term(overview: Overview) -> Counter[str]:
    """Return the number of items in quarantine past their term, by owner."""
    late = (item for item in overview.held if item.decide_by and item.decide_by < overview.day)
    return Counter(item.owner or "nobody is named" for item in late)


def _persons(overview: Overview) -> Iterator[Count]:
    undecided = overview.undecided
    yield overview.persons["disputed"], "disputed person to decide about", "disputed persons to decide about"
    yield (
        undecided.choices,
        "choice of law that waits for a second person",
        "choices of law that wait for a second person",
    )
    yield undecided.to_ask, "parked person to ask DUO about", "parked persons to ask DUO about"
    yield (
        overview.unfindable,
        "corrected person without a BSN, who can't be found in any system",
        "corrected persons without a BSN, who can't be found in any system",
    )
    yield overview.persons["orphans"], "orphan to look at", "orphans to look at"
    yield (
        undecided.left,
        "person who left the systems while their parties wait",
        "persons who left the systems while their parties wait",
    )
    yield (
        undecided.halves,
        "decision about a stranger that waits for a second person",
        "decisions about strangers that wait for a second person",
    )
    yield (
        undecided.holds,
        "hold of a person that waits for a second person (it counts already)",
        "holds of persons that wait for a second person (they count already)",
    )


def _notices(overview: Overview) -> Iterator[Count]:
    counts = overview.notices
    yield (
        counts.get("overdue", 0),
        "notice without an answer past its term",
        "notices without an answer past their term",
    )
    yield (
        counts.get("refused", 0) + counts.get("partly", 0),
        "notice that its party refused or did only in part",
        "notices that their party refused or did only in part",
    )
    yield (
        counts.get("failed", 0),
        "notice that did not arrive and is not retried",
        "notices that did not arrive and are not retried",
    )


def _systems(overview: Overview) -> Iterator[Count]:
    systems = overview.systems
    yield (
        sum(search.fresh for system in systems for search in system.coverage),
        "column outside a footprint with numbers of corrected persons",
        "columns outside a footprint with numbers of corrected persons",
    )
    yield (
        sum(system.overdue for system in systems),
        "request to a supplier past its term",
        "requests to suppliers past their term",
    )
    yield sum(system.refill for system in systems), "person to fill in again", "persons to fill in again"
    yield (
        sum(sum(system.loose.values()) for system in systems),
        "shared row that nobody holds any more, to look at",
        "shared rows that nobody holds any more, to look at",
    )


def _correction(line: CorrectionLine) -> str:
    persons = plural(line.persons, "corrected person is", "corrected persons are")
    delivery = f"{persons} in the delivery of {line.quarter} that CBS has"
    return f"{delivery}; its correction waits" if line.waits else f"{delivery} ({line.digest[:12]})"


def _refused(answers: AnswersRefused) -> str:
    """Return where a filled-in worklist can't be read: file, row numbers and reason code, never a value."""
    if not answers.rows:
        return f"filled-in worklist {answers.file} is refused whole ({answers.reason})"
    rows = ", ".join(map(str, answers.rows))
    return f"filled-in worklist {answers.file}: {plural(len(answers.rows), 'row')} refused ({answers.reason}): {rows}"


def _unsure(answer: UnsureLine) -> str:
    return (
        f"{answer.recipient}: its answer {answer.file} to notice {answer.number} is unclear ({answer.why}); read it,"
        f" and record it: `hervat notices confirm --number {answer.number} --status STATUS --by NAME`"
    )
