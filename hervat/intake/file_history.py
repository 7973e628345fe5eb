"""Measures of loaded downloads, compared with earlier files of their source: numbers only, no judgement."""

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
    """Return the measures of each download; None if there is no earlier file to compare with."""
    sources = {source.name: source for source in night.municipality.sources}
    before = _before(session, night, {download.source for download in downloads})
    return [
        _measures(download, sources.get(download.source), before.get(download.source, []), night)
        for download in downloads
    ]


def _before(session: Session, night: Night, sources: set[str]) -> dict[str, list[Download]]:
    """Return source -> loaded downloads, the newest last."""
    query = select(Download).where(scope(Download, night.code), Download.status == LOADED, Download.source.in_(sources))
    downloads: dict[str, list[Download]] = {}
    for download in session.scalars(query.order_by(Download.made_at, Download.id)):
        downloads.setdefault(download.source, []).append(download)
    return downloads


def _measures(download: Download, source: Source | None, files: list[Download], night: Night) -> dict[str, Any]:
    earlier = [other for other in files if (other.made_at, other.id) < (download.made_at, download.id)]
    last = earlier[-1] if earlier else None
    times = _times(download, earlier, night.quality)
    return {
        "download": download.id,
        "several_groups": download.several_groups,
        "volume_high": None if _in_bulk(download.made_on, night.rounds, night.quality.bulk_days) else times,
        "volume_low": times,
        "signals_older": _days(download.newest_signal, last.newest_signal if last else None),
        "gap": (download.made_on - last.made_on).days if last else None,
        "rows_unexpected": _unexpected(download, source),
    }


def _times(download: Download, earlier: list[Download], limits: Quality) -> float | None:
    """Return the number of rows as a multiple of the usual number."""
    since = download.made_on - timedelta(days=_MONTH * limits.usual_months)
    counts = [other.rows_read for other in earlier if other.made_on >= since]
    usual = median(counts) if len(counts) >= _LEAST_FILES else 0
    if not usual or abs(download.rows_read - usual) < limits.volume_least_rows:
        return None
    return download.rows_read / usual


def _in_bulk(day: date, rounds: Rounds, days: int) -> bool:
    """True if a round sends in bulk around this day: corrections, and the restart of a group."""
    moments = [moment for round in rounds.rounds for moment in (round.starts, round.wi2013, *round.wi2021.values())]
    return any(timedelta() <= day - moment <= timedelta(days=days) for moment in moments)


def _days(newest: date | None, before: date | None) -> int | None:
    return (before - newest).days if newest and before else None


def _unexpected(download: Download, source: Source | None) -> int | None:
    """Return the rows too many or (negative) too few, compared with what the gemeente stated."""
    expected = source.expected if source else None
    if expected is None or not expected.concerns(download.made_on):
        return None
    least, most = expected.rows
    return max(0, download.rows_read - most) + min(0, download.rows_read - least)


def still_expected(session: Session, night: Night) -> list[str]:
    """Return the sources whose day has passed without a file of the stated number of rows."""
    late = [source for source in night.municipality.sources if source.expected and night.as_of > source.expected.by]
    return [source.name for source in late if not _came(session, night, source)]


def _came(session: Session, night: Night, source: Source) -> bool:
    assert source.expected is not None  # noqa: S101 - asked for by its caller
    query = select(Download.made_on, Download.rows_read).where(
        scope(Download, night.code), Download.source == source.name, Download.status == LOADED
    )
    least = source.expected.rows[0]
    return any(source.expected.concerns(day) and rows >= least for day, rows in session.execute(query))
