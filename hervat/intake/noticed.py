"""Notices about a source: files that are not fetched, and why; stored in the register, night after night."""

import math
import posixpath
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hervat.downloads import Format, name_facts
from hervat.intake.validation_results import keep_results
from hervat.night import Night
from hervat.pickup import Offered, Pickup
from hervat.plural import plural
from hervat.register import scope
from hervat.register.models import Run, ValidationResult
from hervat.settings import Source

_TEXTS = {
    "strange": "{count} file(s) with a name that can't be used",
    "undated": "{count} file(s) without a date of making, not fetched: neither name nor time stamp tells one; name the"
    " date in the format's name_pattern, or let the server keep time stamps",
    "ahead": "{count} file(s) with a time stamp up to {extra} minutes ahead of this machine's clock, so still growing"
    " by it: put the server's clock or time zone right, or use a done_marker",
    "growing": "{count} file(s) still growing, left for the next night",
    "growing_long": "{count} file(s) still growing for {extra} nights: a program keeps writing, or the server's time"
    " stamps are always of now; use a done_marker, or stable_after_seconds: 0",
    "closed": "{count} subfolder(s) that can't be looked into; ask the keeper for the right",
    "links": "{count} link(s) there, which are not followed; have the files themselves put there",
    "folders": "{count} subfolder(s) there, which are not looked into; set `subfolders` where downloads lie in them",
    "special": "{count} file(s) of a special kind there (pipe, socket, device), which nobody can fetch",
    "unfit": "{count} file(s) there with a name that fits no pattern; widen `pattern`, or have them taken away",
    "never_fitted": "{count} file(s) there with a name that fits no pattern, and none ever did; see the names there,"
    " and mend `pattern`",
    "beside": "{count} file(s) there that are no downloads by their suffix",
    "silent": "nothing new for {count} days; it used to give something every {every}; ask its keeper",
    "silent_long": "nothing new for {count} days; it used to give something every {every}; ask its keeper",
    "expected": "nothing came of what was expected, {count} days past its last day; ask its keeper",
}
ALWAYS_LINES = frozenset({"growing", "beside"})
"""Reasons that are a line in the report and wait for nobody."""
HIDING = frozenset({"special", "links", "folders"})
"""Reasons that wait for nobody if a source gives something; if it never did, downloads may be behind them."""


@dataclass(frozen=True)
class Noticed:
    """One notice about a source: a count, and (extra) the minutes, nights or days that belong to it."""

    source: str
    reason: str
    count: int
    extra: int = 0
    waits: bool = True

    @property
    def text(self) -> str:
        """The message in English, without values from a file."""
        every = "day" if self.extra == 1 else f"{self.extra} days"
        return f"source {self.source}: {_TEXTS[self.reason].format(count=self.count, extra=self.extra, every=every)}"


def every_kind(source: str) -> Iterator[Noticed]:
    """Yield an example of each kind."""
    for reason in _TEXTS:
        yield Noticed(source, reason, 2, 3)


SUITE = "source"
"""The suite of notices among the results of validation, which are counts as well."""
_WAITS, _LINE = "waits", "line"
_PATIENCE = 3
"""Nights in a row that a file may grow before it waits for a person."""


def note(night: Night, looked_at: Iterable[str], noticed: Sequence[Noticed]) -> None:
    """Store tonight's notices about the sources that were listed; earlier ones of today are replaced."""
    result = ValidationResult
    names = sorted(set(looked_at))
    with night.register.session() as session:
        here = scope(result, night.code), result.day == night.as_of, result.suite == SUITE
        session.execute(delete(result).where(*here, result.expectation.in_(names)))
        keep_results(session, night, [(None, _row(notice)) for notice in noticed])


def _row(notice: Noticed) -> dict[str, object]:
    return {
        "suite": SUITE,
        "expectation": notice.source,
        "reason": notice.reason,
        "severity": _WAITS if notice.waits else _LINE,
        "element_count": notice.extra,
        "unexpected_count": notice.count,
        "success": False,
    }


def days_looked(session: Session, code: str, until: date) -> list[date]:
    """Return the days up to `until` on which a night listed the sources, the last one first."""
    query = select(Run.as_of, Run.steps).where(scope(Run, code), Run.as_of <= until).order_by(Run.as_of.desc())
    return list(dict.fromkeys(day for day, steps in session.execute(query) if "fetch" in steps))


def noted(session: Session, code: str, days: Sequence[date], sources: Iterable[str]) -> list[Noticed]:
    """Return the notices of the first of the days; files that keep growing for nights are a notice of their own."""
    if not days:
        return []
    result = ValidationResult
    query = select(result).where(scope(result, code), result.suite == SUITE, result.day.in_(days[: _PATIENCE + 30]))
    results: dict[date, list[ValidationResult]] = {}
    for row in session.scalars(query.order_by(result.id)):
        results.setdefault(row.day, []).append(row)
    names = set(sources)
    return [_notice_of(row, days, results) for row in results.get(days[0], []) if row.expectation in names]


def _notice_of(row: ValidationResult, days: Sequence[date], results: dict[date, list[ValidationResult]]) -> Noticed:
    notice = Noticed(row.expectation, row.reason, row.unexpected_count, row.element_count, row.severity == _WAITS)
    nights = _in_a_row(notice, days, results) if notice.reason == "growing" else 0
    return replace(notice, reason="growing_long", extra=nights, waits=True) if nights >= _PATIENCE else notice


def _in_a_row(notice: Noticed, days: Sequence[date], results: dict[date, list[ValidationResult]]) -> int:
    """Return the number of consecutive nights, the last one included, with this notice."""
    count = 0
    for day in days:
        if not any(row.expectation == notice.source and row.reason == notice.reason for row in results.get(day, [])):
            break
        count += 1
    return count


MEND = "give it the name that its source gave it, or correct name_pattern of its format"


def misnamed(offered: Sequence[Offered], form: Format) -> list[str]:
    """Return the names (with their folders) of files with an impossible day or time in the name."""
    return [offer.name for offer in offered if name_facts(form, offer.name).impossible]


def said_of(names: Sequence[str]) -> str:
    """Return the message about misnamed files."""
    files = plural(len(names), "file")
    return f"{files} with a day or time in the name that does not exist, not fetched: {', '.join(names)}; {MEND}"


def passed_by(source: str, pickup: Pickup, folders: int, ever: bool) -> list[Noticed]:
    """Return the notices about what a source lists and does not offer. folders: number of folders that no source reads.

    ever: True if it offers something, or ever did; if not, downloads may be behind links and folders.
    """
    left, ever = pickup.left, ever or bool(pickup.growing)
    counts = {
        "strange": left.strange,
        "ahead": pickup.ahead,
        "growing": pickup.growing - pickup.ahead,
        "closed": left.closed,
        "links": left.links,
        "folders": folders,
        "special": left.special,
        "unfit" if ever else "never_fitted": left.unfit.total(),
        "beside": left.beside,
    }
    extra = {"ahead": math.ceil(pickup.ahead_by / 60)}
    return [
        Noticed(source, reason, count, extra.get(reason, 0), _waits(reason, ever))
        for reason, count in counts.items()
        if count
    ]


def _waits(reason: str, ever: bool) -> bool:
    return reason not in ALWAYS_LINES and not (reason in HIDING and ever)


def theirs(source: Source, all_sources: Iterable[Source]) -> tuple[str, ...]:
    """Return the patterns, and those of the markers, of other sources in the same place."""
    others = [other for other in all_sources if other is not source and _place(other) == _place(source)]
    patterns = [pattern for other in others for pattern in _patterns(other)]
    return (*patterns, *(f"*{other.done_marker}" for other in others if other.done_marker))


def not_theirs(source: Source, folders: Iterable[str], all_sources: Iterable[Source]) -> int:
    """Return the number of folders below a source's directory that no other source reads."""
    places = [_place(other) for other in all_sources if other is not source]
    where, directory = _place(source)
    below = {path for other, path in places if other == where}
    return sum(not any(_within(path, posixpath.join(directory, folder)) for path in below) for folder in folders)


def _within(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{posixpath.normpath(folder)}/")


def _patterns(source: Source) -> tuple[str, ...]:
    return (source.sftp or source.folder).patterns  # type: ignore[union-attr]


def _place(source: Source) -> tuple[object, str]:
    """Return the server (None: this machine) and the directory."""
    if source.sftp:
        server = source.sftp
        return (server.host.casefold(), server.port, server.user), posixpath.normpath(server.directory)
    return None, posixpath.normpath(str(source.folder and source.folder.directory))
