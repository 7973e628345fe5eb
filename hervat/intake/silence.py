"""Sources that have gone silent: nothing new for longer than they used to, or than was expected. Days only.

Measured on the last day on which a night looked: that hervat did not run is no silence of a source. A source that never
gave anything has no rhythm; what it has to tell is what lies there and fits nothing (hervat.intake.noticed).
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
"""Days of silence of which nothing is ever said: a weekend."""
_MONTH = 31
_PATIENCE = 3
"""So many times as long as usual, and so many days at least, before it is a task."""


class _File(NamedTuple):
    made_on: date
    secured_on: date

    @property
    def came_on(self) -> date:
        """The day that counts: of old files, fetched together, the night that did; else the day of making."""
        return max(self.made_on, self.secured_on)


def silent(session: Session, code: str, sources: Iterable[Source], day: date, quality: Quality) -> list[Noticed]:
    """Return the sources from which nothing came for too long. day: the last one on which a night looked."""
    files = _files(session, code, day)
    told = [_told(one, files[one.name], day, quality) for one in sources]
    return [one for one in told if one]


def _files(session: Session, code: str, day: date) -> dict[str, list[_File]]:
    """Return the files of each source that were fetched until a day; one that several offer is of each of them."""
    of_its_own = select(Download.source, Download.made_on, Download.secured_on)
    offered = select(Offer.source, Download.made_on, Download.secured_on).join(Download)
    found: dict[str, set[_File]] = defaultdict(set)
    for wanted in (of_its_own, offered):
        here = wanted.where(scope(Download, code), Download.secured_on <= day)
        for source, made_on, secured_on in session.execute(here):
            found[source].add(_File(made_on, secured_on))
    return defaultdict(list, {source: sorted(some) for source, some in found.items()})


def _told(source: Source, files: list[_File], day: date, quality: Quality) -> Noticed | None:
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
    """The usual days between two files, and how many there are at most but for one in ten."""

    gap: int
    longest: int


def _usual(files: list[_File], quality: Quality) -> _Usual | None:
    """Return a source's rhythm by the days of making of its last months; None where too few files tell one."""
    made = sorted({file.made_on for file in files})
    days = [day for day in made if day >= made[-1] - timedelta(days=_MONTH * quality.usual_months)]
    if len(days) < _LEAST_DAYS:
        return None
    gaps = sorted((later - earlier).days for earlier, later in pairwise(days))
    return _Usual(max(1, round(median(gaps))), gaps[min(len(gaps) - 1, ceil(0.9 * len(gaps)) - 1)])


def _overdue(source: Source, files: list[_File], day: date) -> int:
    """Return for how many days what was expected is overdue, where nothing at all was made since it was to come."""
    expected = source.expected
    if expected is None or any(file.made_on >= expected.from_ for file in files):
        return 0
    return max(0, (day - expected.by).days)
