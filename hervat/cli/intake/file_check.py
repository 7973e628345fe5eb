"""How a file would be read: encoding, delimiter, columns, drift, and counts of good and bad rows by reason."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hervat.downloads import (
    Drift,
    FileSurvey,
    Format,
    NameFacts,
    Note,
    Opener,
    StructureRefused,
    Typing,
    Wrong,
    drift_of,
    fix_of,
    load_format,
    name_facts,
    proposal,
    read,
    survey,
    unpacked,
)
from hervat.errors import UsageError
from hervat.expectations import validate_rows
from hervat.intake import MEND

_BY_STAMP = "by the file's time stamp"
_NOTHING: tuple[Any, ...] = (None, [], {}, False, {"bsn": 0})


@dataclass
class _Rows:
    """Counts over a file's rows."""

    rows: int = 0
    bad: int = 0
    notes: list[Note] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    repaired: int = 0


def checked(file: Path, format_name: str, directory: Path) -> dict[str, Any]:
    """Return how `file` would be read by a format, without loading it; never a value. Raises UsageError."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    form = load_format(format_name, directory)
    opener = unpacked(lambda: file.open("rb"), file.name)
    named, seen = name_facts(form, file.name), _surveyed(opener, file, form)
    drift, counts, refusal = drift_of(seen.cells, form), _Rows(), None
    try:
        _count(opener, file, form, named, counts)
    except StructureRefused as refused:
        refusal, counts = refused, _Rows()
    return {
        "file": file.name,
        "format": form.name,
        **_seen(seen, named),
        "refused": _refused(refusal, named, file.name),
        "notes": [note.text for note in counts.notes],
        "mends": {reason: fix_of(reason).english for reason in counts.reasons},
        **_columns(drift, seen, form),
        **{"rows": counts.rows, "good": counts.rows - counts.bad, "bad": counts.bad},
        **{"reasons": dict(counts.reasons), "warnings": _warnings(counts), "repaired": {"bsn": counts.repaired}},
    }


def _refused(refusal: StructureRefused | None, named: NameFacts, name: str) -> dict[str, str] | None:
    """Return why a night would not load the file: its structure, or a name under which it is not even fetched."""
    if refusal is None and named.impossible:
        return {"reason": "name_impossible", "text": f"{name}: the day or time in its name does not exist; {MEND}"}
    return {"reason": refusal.reason, "text": str(refusal)} if refusal else None


def _warnings(counts: _Rows) -> dict[str, int]:
    return {**counts.warnings, **{note.code: note.count for note in counts.notes}}


def _surveyed(opener: Opener, file: Path, form: Format) -> FileSurvey:
    """Return the survey of the file; of a broken archive that of its own bytes."""
    try:
        return survey(opener, form)
    except Wrong:
        return survey(lambda: file.open("rb"), form)


def _count(opener: Opener, file: Path, form: Format, named: NameFacts, counts: _Rows) -> None:
    whole = read(opener, file.name, form)
    counts.notes += whole.notes
    for rows in map(Typing(form, named.wet).of, whole.batches()):
        verdict = validate_rows(rows)
        counts.rows, counts.bad = counts.rows + rows.height, counts.bad + verdict.failing.height
        counts.reasons.update(verdict.reasons)
        counts.warnings.update(verdict.warnings)
        counts.repaired += int(rows["bsn_repaired"].sum())


def _seen(seen: FileSurvey, named: NameFacts) -> dict[str, Any]:
    answer = asdict(seen)
    del answer["cells"]
    made_at = "not known: the moment in the name does not exist" if named.impossible else _BY_STAMP
    return {**answer, "sheets": list(seen.sheets), "made_at": str(named.made_at) if named.made_at else made_at}


def _columns(drift: Drift, seen: FileSurvey, form: Format) -> dict[str, Any]:
    return {
        "columns": drift.matched,
        "missing": drift.missing,
        "needed": drift.needed,
        "new": drift.new,
        "not_shown": drift.hidden,
        "extra_columns": len(drift.new) + drift.hidden,
        "drifted": drift.drifted,
        "proposal": proposal(drift, form, seen.delimiter, seen.encoding) if seen.cells else None,
    }


def attention(answer: dict[str, Any]) -> bool:
    """True if a person must look: the file is refused, a row is bad, or the header has drifted."""
    return bool(answer["refused"] or answer["bad"] or answer["drifted"] or answer["notes"])


def lines(answer: dict[str, Any]) -> list[list[Any]]:
    """Return the findings as rows of a table; the proposal is printed below it."""
    shown = {name: value for name, value in answer.items() if name not in ("file", "format", "proposal")}
    return [[name, _words(value)] for name, value in shown.items() if value not in _NOTHING]


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
