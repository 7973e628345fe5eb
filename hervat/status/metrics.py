"""How everything stands as metrics of Prometheus, for the textfile collector of a node exporter: counts and moments."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hervat import __version__
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register import last_good_night, last_night
from hervat.status.model import Overview, SystemLine
from hervat.status.view import View, look_over

METRICS = {
    "hervat_info": "The version of hervat that wrote this file.",
    "hervat_written_timestamp_seconds": "When this file was written.",
    "hervat_up": "1 if register and local systems of the gemeente could be read, 0 if something could not.",
    "hervat_last_night_timestamp_seconds": "When the last whole night ended, good or not.",
    "hervat_last_night_exit_status": "How it ended: 0 done, 1 something waits for a person, 3 something failed.",
    "hervat_last_good_night_timestamp_seconds": "When the last night ended in which nothing failed.",
    "hervat_waiting": "Kinds of things that wait for a person: the lines of `hervat status`.",
    "hervat_persons": "Persons by state.",
    "hervat_quarantine_rows": "Rows in quarantine.",
    "hervat_quarantine_files": "Files that are refused whole.",
    "hervat_incidents_open": "Open incidents.",
    "hervat_plans_waiting": "Plans that wait for approval.",
    "hervat_standing_persons": "Corrected persons who still stand in the system.",
    "hervat_notices_unconfirmed": "Notices that were sent and are not confirmed.",
    "hervat_cbs_gate_open": "1 if a delivery to CBS may be written.",
    "hervat_cbs_days_left": "Days until the delivery to CBS is due; below 0: it is late.",
}
"""Name -> HELP of every metric, in the order of the file."""


@dataclass(frozen=True)
class Sample:
    """One value of a metric; labels: name -> value."""

    metric: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def measured(night: Night) -> list[Sample]:
    """Return the metrics of one gemeente, looked up now; what a failing system would have told is left out."""
    with night.register.session() as session:
        last, good = last_night(session, night.code), last_good_night(session, night.code)
    view = look_over(night)
    samples = [Sample("hervat_up", not night.errors), *_nights(last, good), *_counts(view.overview)]
    samples.append(Sample("hervat_waiting", len(set(night.attention))))
    if night.municipality.cbs:
        samples += _delivery(view)
    samples += [sample for system in view.overview.systems for sample in _system(view.overview, system)]
    return _of(night.code, samples)


def unmeasured(code: str) -> list[Sample]:
    """Return the metrics of a gemeente of which nothing could be read."""
    return _of(code, [Sample("hervat_up", 0)])


def metrics_text(samples: Sequence[Sample]) -> str:
    """Return the text of the file, in Prometheus' exposition format."""
    ours = [Sample("hervat_info", 1, (("version", __version__),)), _now()]
    return "".join(_family(name, [*ours, *samples]) for name in METRICS)


def write_metrics(file: Path, text: str) -> None:
    """Put the text in place at once, readable for the node exporter. Raises UsageError."""
    try:
        handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise _unwritable(file, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(part).chmod(0o644)
        Path(part).replace(file)
    except OSError as error:
        with suppress(OSError):
            Path(part).unlink()
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{file} can't be written ({type(error).__name__}); give a file in a folder that hervat may write"
    )


def _now() -> Sample:
    return Sample("hervat_written_timestamp_seconds", datetime.now(UTC).timestamp())


def _of(code: str, samples: Sequence[Sample]) -> list[Sample]:
    mine = ("municipality", code)
    return [Sample(sample.metric, sample.value, (mine, *sample.labels)) for sample in samples]


def _nights(last: tuple[datetime, int] | None, good: datetime | None) -> Iterator[Sample]:
    if last is not None:
        yield Sample("hervat_last_night_timestamp_seconds", _seconds(last[0]))
        yield Sample("hervat_last_night_exit_status", last[1])
    if good is not None:
        yield Sample("hervat_last_good_night_timestamp_seconds", _seconds(good))


def _seconds(moment: datetime) -> float:
    """Return a moment of the register (UTC, without a zone) as Prometheus wants it."""
    return moment.replace(tzinfo=UTC).timestamp()


def _counts(overview: Overview) -> Iterator[Sample]:
    for state, persons in overview.persons.items():
        if not (overview.errors and state in ("unseen", "orphans")):
            yield Sample("hervat_persons", persons, (("state", state),))
    yield Sample("hervat_quarantine_rows", len(overview.held) - overview.refused_files)
    yield Sample("hervat_quarantine_files", overview.refused_files)
    yield Sample("hervat_incidents_open", len(overview.incidents))
    yield Sample("hervat_notices_unconfirmed", overview.notices["unconfirmed"])


def _delivery(view: View) -> Iterator[Sample]:
    yield Sample("hervat_cbs_gate_open", bool(view.gate["open"]))
    yield Sample("hervat_cbs_days_left", (view.overview.deadline - view.overview.day).days)


def _system(overview: Overview, system: SystemLine) -> Iterator[Sample]:
    """Yield what stands and waits in a system; nothing where it could not be read."""
    label = (("system", system.name),)
    if system.error is None and system.proven is not None:
        yield Sample("hervat_standing_persons", system.standing, label)
    if system.kind == "database":
        waiting = [plan for plan in overview.plans if plan.system == system.name and plan.status == "waiting"]
        yield Sample("hervat_plans_waiting", len(waiting), label)


def _family(name: str, samples: Sequence[Sample]) -> str:
    mine = [sample for sample in samples if sample.metric == name]
    lines = [f"# HELP {name} {METRICS[name]}", f"# TYPE {name} gauge", *map(_line, mine)]
    return "".join(f"{line}\n" for line in lines) if mine else ""


def _line(sample: Sample) -> str:
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels)
    return f"{sample.metric}{{{labels}}} {float(sample.value)!r}" if labels else f"{sample.metric} {sample.value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
