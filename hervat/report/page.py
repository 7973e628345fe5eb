"""The report as one self-contained HTML page: written whole, readable by its owner alone. Counts only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from hervat import dutch
from hervat.dutch import environment, style
from hervat.erasure.picture import DUTCH, Picture, svg
from hervat.intake import IncidentRecord
from hervat.report import source_words
from hervat.report.artifact import markdown, table
from hervat.report.files import private_file, private_folder
from hervat.report.nights_picture import NAMES, nights_drawn
from hervat.report.quality import quality_lines, share
from hervat.report.todo import todo
from hervat.report.todo_files import hours_left
from hervat.status import Held, Overview, SystemLine

__all__ = ["markdown", "page", "table", "todo", "write_incidents", "write_page"]

_TEMPLATES = Path(__file__).parent / "templates"
_SHOWN = 8
_WIDEST = 1000  # pixels: its letters are 10 high in the 888 of a wide page


@dataclass(frozen=True)
class HeldLine:
    """What is in quarantine of one file for one reason: row numbers, and the longest wait in days.

    owner: who decides; decide_by: the first day by which.
    """

    file: str
    download_id: int
    reason: str
    rows: list[int]
    correction: bool
    days: int
    owner: str | None = None
    decide_by: date | None = None

    @property
    def where(self) -> str:
        """The row numbers in words; a whole file has none."""
        more = len(self.rows) - _SHOWN
        shown = ", ".join(str(row) for row in self.rows[:_SHOWN])
        return f"{shown} en nog {more}" if more > 0 else shown or "hele bestand"


def write_page(overview: Overview, output: Path) -> Path:
    """Write <output>/report/<code>/<yyyy-mm-dd>.html and a copy laatste.html. Return the first. Raises WriteFailed."""
    folder = private_folder(output, "report", overview.code)
    content = page(overview).encode()
    path = folder / f"{overview.day.isoformat()}.html"
    for target in (path, folder / "laatste.html"):
        with private_file(target) as file:
            file.write(content)
    return path


def write_incidents(code: str, name: str, records: Sequence[IncidentRecord], output: Path) -> Path:
    """Write <output>/report/<code>/incidenten.html, the register of incidents of AVG 33(5). Raises WriteFailed."""
    content = (
        _environment()
        .get_template("incidents.html.j2")
        .render(
            code=code,
            name=name,
            records=records,
            now=datetime.now(UTC),
            **style((_TEMPLATES / "page.css").read_text(encoding="utf-8")),
        )
    )
    path = private_folder(output, "report", code) / "incidenten.html"
    with private_file(path) as file:
        file.write(content.encode())
    return path


def page(overview: Overview) -> str:
    """Return the report as HTML."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            o=overview,
            **style((_TEMPLATES / "page.css").read_text(encoding="utf-8")),
            tasks=todo(overview),
            held=held_lines(overview.held),
            failing=failing(overview.quality),
            source_line=source_words.line,
            quality=quality_lines(overview.quality_months),
            nights=Markup(nights_drawn(overview)),  # noqa: S704 - escaped where it is drawn
            night_names=NAMES,
            checked=sum(result.get("element_count") or 0 for result in overview.quality),
            notices=notice_counts(overview.notices),
            sent=notice_counts(overview.run.get("notices") or {}),
            clean=sum(_is_clean(system) for system in overview.systems),
            days_left=(overview.deadline - overview.day).days,
        )
    )


def _is_clean(system: SystemLine) -> bool:
    """True if every corrected person is proven clean in a system; an unreadable system is not."""
    left = system.standing or system.set_aside or system.error
    return not left and system.proven is not None and system.proven >= system.corrected


def held_lines(held: list[Held]) -> list[HeldLine]:
    """Return the quarantine as one line a file and reason, longest wait first."""
    ordered = sorted(held, key=lambda item: (item.download_id, item.row is not None, item.reason, item.row or 0))
    groups = groupby(ordered, key=lambda item: (item.download_id, item.row is None, item.reason))
    lines = [_held_line(list(group)) for _, group in groups]
    return sorted(lines, key=lambda line: (-line.days, line.download_id))


def _held_line(held: list[Held]) -> HeldLine:
    rows = [item.row for item in held if item.row is not None]
    urgent = any(item.correction for item in held)
    days = max(item.days for item in held)
    by = min((item.decide_by for item in held if item.decide_by), default=None)
    return HeldLine(held[0].file, held[0].download_id, held[0].reason, rows, urgent, days, held[0].owner, by)


def failing(quality: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Return (reason, severity, rows) of each rule that any row failed, over all downloads, most rows first."""
    failures: dict[tuple[str, str], int] = {}
    for result in quality:
        key = (str(result.get("reason")), str(result.get("severity")))
        failures[key] = failures.get(key, 0) + (result.get("unexpected_count") or 0)
    return sorted(((*key, count) for key, count in failures.items() if count), key=lambda line: (-line[2], line[0]))


def notice_counts(notices: dict[str, Any]) -> list[tuple[str, int]]:
    """Return (kind, count) for each counted kind of notice."""
    return [(kind, notices[kind]) for kind in dutch.NOTICES if isinstance(notices.get(kind), int)]


def _fits(drawing: Markup) -> bool:
    """True if a picture can be drawn as wide as a wide page and its letters stay readable."""
    match = re.search(r' width="(\d+)"', drawing)
    return match is not None and int(match[1]) <= _WIDEST


def _drawn(picture: Picture) -> Markup:
    """Return a picture as inline SVG: names in it are escaped where it is drawn."""
    return Markup(svg(picture, DUTCH))  # noqa: S704


@cache
def _environment() -> Environment:
    made = environment(_TEMPLATES)
    made.filters |= {"drawn": _drawn, "fits": _fits, "share": share}
    made.globals |= {"dutch": dutch, "hours_left": hours_left}
    return made
