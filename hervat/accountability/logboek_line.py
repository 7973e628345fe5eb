"""A line of the journal in the form of Logius' Logboek Dataverwerkingen 1.0.0 (config/schemas/logboek-1.0.0.json).

Where the lines go: a new file, or what else takes them.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from hervat import __version__
from hervat.accountability.processing import activity_uri
from hervat.errors import UsageError
from hervat.person import HeldFor
from hervat.register.models import JournalLine

LogboekLine = dict[str, Any]
_RUN = re.compile(r"run (\d+)")
_MOMENT = r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00)"
_TIMES = re.compile(f"(?:ok|failed), {_MOMENT} to {_MOMENT}\\b")

_ACTIVITIES = (
    ("notice", HeldFor.NOTICE), ("confirmation", HeldFor.NOTICE), ("told by hand", HeldFor.NOTICE),
    ("clean", HeldFor.CLEANING), ("approved", HeldFor.CLEANING), ("rehears", HeldFor.CLEANING),
    ("filled in again", HeldFor.CLEANING), ("looked at", HeldFor.CLEANING), ("persons of a plan", HeldFor.CLEANING),
    ("lifted", HeldFor.RESTRICTION), ("disclosures", HeldFor.DISCLOSURE), ("cbs", HeldFor.CBS),
    ("incident", HeldFor.INCIDENT), ("judged", HeldFor.INCIDENT), ("clos", HeldFor.INCIDENT),
    ("secured", HeldFor.ORIGINALS), ("validated", HeldFor.ORIGINALS), ("reject", HeldFor.ORIGINALS),
    ("accepted", HeldFor.ORIGINALS), ("shown", HeldFor.ORIGINALS), ("original", HeldFor.ORIGINALS),
    ("destr", HeldFor.ORIGINALS), ("loaded", HeldFor.REGISTRATION), ("worklist", HeldFor.REGISTRATION),
    ("settled", HeldFor.STATE), ("decided", HeldFor.DECISION), ("stranger", HeldFor.DECISION),
    ("kennisgeving", HeldFor.DECISION), ("answer", HeldFor.DECISION), ("person split", HeldFor.DECISION),
    ("person held", HeldFor.HOLD), ("person released", HeldFor.HOLD),
)  # fmt: skip
"""How an action begins -> for what it was done. Any other is to account for what was done."""


@dataclass(frozen=True)
class DataSubject:
    """A person in the log: a pseudonym for this log alone, and of what it is one."""

    id: str
    type: str


def activity_of(action: str) -> HeldFor:
    """Return for what an action of the journal was done (AVG 30)."""
    return next((held for begins, held in _ACTIVITIES if action.startswith(begins)), HeldFor.ACCOUNT)


class LogboekForm:
    """Writes the lines of one municipality. began: run -> when it began."""

    def __init__(self, municipality: str) -> None:
        self._code = municipality

    def line(self, line: JournalLine, began: Mapping[int, datetime], subject: DataSubject | None = None) -> LogboekLine:
        """Return the line itself; subject: the only person it is about."""
        run, span, parent = run_of(line), self._span(line), self._parent(line)
        start, end = _times(line, began.get(run) if run is not None else None)
        return {
            "trace_id": self._id(32, f"run {run}" if run is not None else f"line {line.seq}"),
            "span_id": span,
            **({"parent_span_id": parent} if parent else {}),
            "status": "Error" if _failed(line) else "Ok",
            "name": line.action,
            "start_time": start,
            "end_time": end,
            "resource": {"attributes": _resource(line)},
            "attributes": {
                "dpl.core.processing_activity_id": activity_uri(self._code, activity_of(line.action)),
                **(_attributes(subject) if subject else {}),
            },
        }

    def of_person(self, whole: LogboekLine, subject: DataSubject) -> LogboekLine:
        """Return the line of one of the persons whom a line is about: a child of it."""
        span = self._id(16, f"{whole['trace_id']} {whole['span_id']} {subject.id}")
        attributes = {**whole["attributes"], **_attributes(subject)}
        return {**whole, "span_id": span, "parent_span_id": whole["span_id"], "attributes": attributes}

    def _span(self, line: JournalLine) -> str:
        if line.action == "run ended":
            return self._id(16, f"span of run {run_of(line)}")
        if line.action == "step ended":
            return self._id(16, f"span of run {line.run} step {line.step}")
        return self._id(16, f"span of line {line.seq}")

    def _parent(self, line: JournalLine) -> str | None:
        if run_of(line) is None or line.action == "run ended":
            return None
        if line.step and line.action != "step ended":
            return self._id(16, f"span of run {line.run} step {line.step}")
        return self._id(16, f"span of run {run_of(line)}")

    def _id(self, length: int, of: str) -> str:
        """Return an id that follows from the municipality and what it is of, in hex."""
        return hashlib.sha256(f"hervat logboek {self._code} {of}".encode()).hexdigest()[:length]


def run_of(line: JournalLine) -> int | None:
    """Return the run of a line; of an older journal only the lines of the run itself name it."""
    if line.run is None and line.action in ("run begun", "run ended") and (named := _RUN.fullmatch(line.object)):
        return int(named[1])
    return line.run


def _times(line: JournalLine, began: datetime | None) -> tuple[int, int]:
    """Return begin and end in milliseconds; of other lines than steps and runs only the end is known, to a second."""
    end = _milliseconds(datetime.fromisoformat(line.at))
    if line.action == "step ended" and (times := _TIMES.match(line.result)):
        begun, ended = (_milliseconds(datetime.fromisoformat(text)) for text in times.groups())
        return begun, ended
    return (min(_milliseconds(began), end), end) if line.action == "run ended" and began else (end, end)


def _milliseconds(moment: datetime) -> int:
    """Return milliseconds since the epoch; a moment of the register has no zone, and is in UTC."""
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _failed(line: JournalLine) -> bool:
    return line.result.startswith("failed") or (line.action == "run ended" and line.result.endswith("exit status 3"))


def _resource(line: JournalLine) -> dict[str, str]:
    return {"service.name": "hervat", "service.version": __version__, **({"host.name": line.host} if line.host else {})}


def _attributes(subject: DataSubject) -> dict[str, str]:
    return {"dpl.core.data_subject_id": subject.id, "dpl.core.data_subject_id_type": subject.type}


class LogboekTarget(Protocol):
    """Takes the lines of an export, some at a time."""

    where: str
    """For the journal, after the counts; empty for a file of this machine."""
    gone: Counter[str]
    """Gemeentecode -> lines that left this machine, which nothing takes back."""

    def write(self, code: str, lines: Sequence[LogboekLine]) -> None:
        """Take some lines of a municipality. Raises HervatError."""

    def held(self) -> int:
        """Return the number of lines that are there now, counted anew."""

    def undo(self) -> None:
        """Take back what can be taken back: the export failed."""

    def close(self) -> None:
        """No more lines will come."""


class LogboekFile:
    """A new file of JSON lines, that only this account may read."""

    where = ""

    def __init__(self, out: Path) -> None:
        """Make the file. Raises UsageError if that can't be done, or if there is one."""
        self.gone: Counter[str] = Counter()
        self._out = out
        try:
            opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise UsageError(
                f"{out} could not be written: {error.strerror}; give a new file in a folder that exists"
            ) from None
        self._file = os.fdopen(opened, "w", encoding="utf-8")

    def write(self, code: str, lines: Sequence[LogboekLine]) -> None:  # noqa: ARG002 - a line says of whom it is
        """Write the lines at the end of the file."""
        self._file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def held(self) -> int:
        """Return the number of lines in the file, as it lies on the disk."""
        self._file.flush()
        with self._out.open(encoding="utf-8") as file:
            return sum(1 for _ in file)

    def undo(self) -> None:
        """Remove the file."""
        with suppress(OSError):
            self._out.unlink()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
