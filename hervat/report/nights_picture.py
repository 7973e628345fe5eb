"""The last nights as a picture and as a table: states, cleaned, waiting. Counts only."""

from collections.abc import Sequence
from html import escape
from typing import Any

from hervat.dutch import amount, brief_day, long_day, number
from hervat.report.chart import Panel, chart, sentence, whole
from hervat.status import NightLine, Overview

NONE = "Er is nog geen hele nacht geweest."
_LINES = {"released": "Vrijgegeven", "parked": "Geparkeerd", "corrected": "Gecorrigeerd (SS190)"}
_BARS = {"cleaned": "Opgeschoond", "waiting": "Wacht op goedkeuring"}
NAMES = _LINES | _BARS


def nights_svg(overview: Overview) -> str:
    """Return the picture as the content of a self-contained SVG file; without nights it says so."""
    return nights_drawn(overview).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def nights_table(overview: Overview) -> list[dict[str, Any]]:
    """Return the same figures as rows, the last night first: `nacht` (ISO), and a column a measure."""
    return [{"nacht": str(night.day), **_figures(night)} for night in reversed(overview.nights)]


def nights_drawn(overview: Overview) -> str:
    """Return the picture as an element of an HTML page, with a title and a description in words."""
    body, height = _body(overview.nights) if overview.nights else sentence(NONE)
    labels = (
        f'<title id="nights-title">De laatste nachten van {escape(overview.name)}</title>'
        f'<desc id="nights-desc">{_described(overview.nights)}</desc>'
    )
    attributes = 'class="nights" role="img" lang="nl" aria-labelledby="nights-title nights-desc"'
    return whole(labels + body, height, attributes)


def _body(nights: Sequence[NightLine]) -> tuple[str, float]:
    panels = [
        Panel(name, values, f"{amount(values[-1], 'persoon', 'personen')} (laatste nacht)", key in _LINES)
        for key, name in NAMES.items()
        if (values := [getattr(night, key) for night in nights])
    ]
    return chart(panels, [brief_day(night.day) for night in nights], _when(nights))


def _when(nights: Sequence[NightLine]) -> str:
    if len(nights) == 1:
        return f"De nacht van {long_day(nights[0].day)}"
    return f"{len(nights)} nachten: {long_day(nights[0].day)} tot en met {long_day(nights[-1].day)}"


def _described(nights: Sequence[NightLine]) -> str:
    if not nights:
        return NONE
    lines = [f"{name}: {_course([getattr(night, key) for night in nights])}" for key, name in NAMES.items()]
    return f"{_when(nights)}. {' '.join(lines)}"


def _course(values: Sequence[int]) -> str:
    if len(values) == 1:
        return f"{number(values[0])}."
    return f"eerst {number(values[0])}, het laatst {number(values[-1])}, het hoogst {number(max(values))}."


def _figures(night: NightLine) -> dict[str, int]:
    return {name.lower().replace("ss190", "SS190"): getattr(night, key) for key, name in NAMES.items()}
