"""How a file would be read: encoding, delimiter, columns, and its rows good and bad by reason."""

from collections import Counter
from pathlib import Path
from typing import Any

from expectations import validate_rows
from hervat.downloads import load_format, name_facts, read, typed
from hervat.errors import UsageError


def checked(file: Path, format_name: str, directory: Path) -> dict[str, Any]:
    """Return how `file` would be read by a format, without loading it. Raises StructureRefused, UsageError."""
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    form = load_format(format_name, directory)
    named = name_facts(form, file.name)
    download = read(lambda: file.open("rb"), file.name, form)
    rows, bad, reasons = 0, 0, Counter[str]()
    for frame in download.batches():
        verdict = validate_rows(typed(frame, form, named.wet))
        rows, bad = rows + frame.height, bad + verdict.failing.height
        reasons.update(verdict.reasons)
    return {
        "encoding": download.encoding,
        "delimiter": download.delimiter,
        "made_at": str(named.made_at) if named.made_at else "by the file's time stamp",
        "columns": download.header,
        "extra_columns": download.extra,
        "rows": rows,
        "bad": bad,
        "reasons": dict(reasons),
    }
