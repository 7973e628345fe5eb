"""Measures of loaded downloads against the files of their source that came before: numbers alone, no judgement."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.register import LOADED, scope
from hervat.register.models import Download
from hervat.rules import Rounds
from hervat.settings import Quality, Source

_LEAST_FILES = 3
_MONTH = 31


def history(session: Session, night: Night, downloads: Sequence[Download]) -> list[dict[str, Any]]:
    """Return the measures of each download; None where nothing came before it that it could be measured by."""
    sources = {source.name: source for source in night.municipality.sources}
    before = _before(session, night, {one.source for one in downloads})
    return [_measures(one, sources.get(one.source), before.get(one.source, []), night) for one in downloads]


def _before(session: Session, night: Night, sources: set[str]) -> dict[str, list[Download]]:
    """Return the loaded downloads of the sources, the last one made last."""
    wanted = select(Download).where(
        scope(Download, night.code), Download.status == LOADED, Download.source.in_(sources)
    )
    found: dict[str, list[Download]] = {}
    for one in session.scalars(wanted.order_by(Download.made_at, Download.id)):
        found.setdefault(one.source, []).append(one)
    return found


def _measures(one: Download, source: Source | None, files: list[Download], night: Night) -> dict[str, Any]:
    earlier = [other for other in files if (other.made_at, other.id) < (one.made_at, one.id)]
    last = earlier[-1] if earlier else None
    times = _times(one, earlier, night.quality)
    return {
        "download": one.id,
        "several_groups": one.several_groups,
        "volume_high": None if _in_bulk(one.made_on, night.rounds, night.quality.bulk_days) else times,
        "volume_low": times,
        "signals_older": _days(one.newest_signal, last.newest_signal if last else None),
        "gap": (one.made_on - last.made_on).days if last else None,
        "rows_unexpected": _unexpected(one, source),
    }


def _times(one: Download, earlier: list[Download], limits: Quality) -> float | None:
    """Return how many times the usual number of rows the file has."""
    since = one.made_on - timedelta(days=_MONTH * limits.usual_months)
    counts = [other.rows_read for other in earlier if other.made_on >= since]
    usual = median(counts) if len(counts) >= _LEAST_FILES else 0
    if not usual or abs(one.rows_read - usual) < limits.volume_least_rows:
        return None
    return one.rows_read / usual


def _in_bulk(day: date, rounds: Rounds, days: int) -> bool:
    """Say whether a round sends in bulk around this day: corrections, and the restart of a group."""
    moments = [moment for one in rounds.rounds for moment in (one.starts, one.wi2013, *one.wi2021.values())]
    return any(timedelta() <= day - moment <= timedelta(days=days) for moment in moments)


def _days(newest: date | None, before: date | None) -> int | None:
    return (before - newest).days if newest and before else None


def _unexpected(one: Download, source: Source | None) -> int | None:
    """Return how many rows too many or (negative) too few there are by what the gemeente stated."""
    expected = source.expected if source else None
    if expected is None or not expected.concerns(one.made_on):
        return None
    least, most = expected.rows
    return max(0, one.rows_read - most) + min(0, one.rows_read - least)


def still_expected(session: Session, night: Night) -> list[str]:
    """Return the sources whose day has passed without a file of the number of rows that was stated."""
    late = [one for one in night.municipality.sources if one.expected and night.as_of > one.expected.by]
    return [one.name for one in late if not _came(session, night, one)]


def _came(session: Session, night: Night, source: Source) -> bool:
    assert source.expected is not None  # noqa: S101 - asked for by its caller
    wanted = select(Download.made_on, Download.rows_read).where(
        scope(Download, night.code), Download.source == source.name, Download.status == LOADED
    )
    least = source.expected.rows[0]
    return any(source.expected.concerns(day) and rows >= least for day, rows in session.execute(wanted))
