"""Silent sources: nothing new for longer than usual, or than expected. Days only.

Measured on the last day on which a night looked: a night without hervat is not a silence of the source. A source that
never gave anything has no rhythm; hervat.intake.noticed tells what is there and fits no pattern.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import median
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.intake.noticed import Noticed
from hervat.register import scope
from hervat.register.models import Download, Offer
from hervat.settings import Quality, Source

_LEAST_DAYS = 3
_NO_NEWS = 2
"""Days of silence that are never reported: a weekend."""
_MONTH = 31
_PATIENCE = 3
"""A silence is a task after so many times the usual gap, and so many days at least."""


class _File(NamedTuple):
    made_on: date
    secured_on: date

    @property
    def came_on(self) -> date:
        """The day that counts: of old files, fetched together, the day of fetching; else the day of making."""
        return max(self.made_on, self.secured_on)


def silent(session: Session, code: str, sources: Iterable[Source], day: date, quality: Quality) -> list[Noticed]:
    """Return the notices of sources that are silent for too long. day: the last one on which a night looked."""
    files = _files(session, code, day)
    notices = [_notice_of(source, files[source.name], day, quality) for source in sources]
    return [notice for notice in notices if notice]


def _files(session: Session, code: str, day: date) -> dict[str, list[_File]]:
    """Return source -> files fetched up to a day; a file that several sources offer counts for each."""
    of_its_own = select(Download.source, Download.made_on, Download.secured_on)
    offered = select(Offer.source, Download.made_on, Download.secured_on).join(Download)
    files: dict[str, set[_File]] = defaultdict(set)
    for query in (of_its_own, offered):
        here = query.where(scope(Download, code), Download.secured_on <= day)
        for source, made_on, secured_on in session.execute(here):
            files[source].add(_File(made_on, secured_on))
    return defaultdict(list, {source: sorted(own) for source, own in files.items()})


def _notice_of(source: Source, files: list[_File], day: date, quality: Quality) -> Noticed | None:
    late = _overdue(source, files, day)
    if late >= _PATIENCE:
        return Noticed(source.name, "expected", late)
    since = (day - max(file.came_on for file in files)).days if files else 0
    usual = _usual(files, quality)
    if usual is None or since <= max(_NO_NEWS, usual.longest):
        return None
    reason = "silent_long" if since >= max(_PATIENCE, _PATIENCE * usual.longest) else "silent"
    return Noticed(source.name, reason, since, usual.gap)


class _Usual(NamedTuple):
    """Days between two files: the median, and the 90th percentile."""

    gap: int
    longest: int


def _usual(files: list[_File], quality: Quality) -> _Usual | None:
    """Return a source's rhythm by the days of making of its last months; None if there are too few files."""
    made = sorted({file.made_on for file in files})
    days = [day for day in made if day >= made[-1] - timedelta(days=_MONTH * quality.usual_months)]
    if len(days) < _LEAST_DAYS:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    return _Usual(max(1, round(median(gaps))), gaps[min(len(gaps) - 1, ceil(0.9 * len(gaps)) - 1)])


def _overdue(source: Source, files: list[_File], day: date) -> int:
    """Return the number of days that an expected file is overdue; 0 if any file was made since it was due."""
    expected = source.expected
    if expected is None or any(file.made_on >= expected.from_ for file in files):
        return 0
    return max(0, (day - expected.by).days)
