"""Quality over time: for each suite a line of months, drawn small, with the same in words. Counts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from hervat.report.dutch import SUITES, said
from hervat.report.model import QualityMonth
from hervat.report.spelling import month_text, number

_STEP, _WIDTH, _HEIGHT = 30, 22, 56
_RECT = Markup('<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}"/>')
_SVG = Markup(
    '<svg class="months" aria-hidden="true" focusable="false" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
)


@dataclass(frozen=True)
class QualityLine:
    """A suite over the months, oldest first."""

    suite: str
    months: list[QualityMonth]

    @property
    def name(self) -> str:
        """The suite in Dutch."""
        return said(SUITES, self.suite)

    @property
    def last(self) -> str:
        """The last month in words."""
        month = self.months[-1]
        return f"{month_text(month.month)}: {share(month)} per 1.000 controles"

    @property
    def drawn(self) -> Markup:
        """A bar a month, as high as its share of what was not met; the words beside it say the same."""
        most = max(map(_per_thousand, self.months))
        bars = Markup("").join(_bar(at, _per_thousand(month), most) for at, month in enumerate(self.months))
        return _SVG.format(w=_STEP * len(self.months), h=_HEIGHT + 2) + bars + Markup("</svg>")


def quality_lines(months: Sequence[QualityMonth]) -> list[QualityLine]:
    """Return a line for each suite, in the order in which a file passes them."""
    order = {suite: at for at, suite in enumerate(SUITES)}
    ordered = sorted(months, key=lambda one: (order.get(one.suite, len(order)), one.suite, one.month))
    return [QualityLine(suite, list(group)) for suite, group in groupby(ordered, key=lambda one: one.suite)]


def share(month: QualityMonth) -> str:
    """Return how many of a thousand checks were not met, `0`, `minder dan 1` or a whole number."""
    per_thousand = _per_thousand(month)
    return "minder dan 1" if 0 < per_thousand < 1 else number(round(per_thousand))


def _per_thousand(month: QualityMonth) -> float:
    return 1000 * month.failed / month.checked if month.checked else 0


def _bar(at: int, share_: float, most: float) -> Markup:
    high = round(_HEIGHT * share_ / most, 1) if most else 0
    high = max(high, 1)  # a month without a failure stays to be seen
    kind, x = ("part" if share_ else "none"), at * _STEP + (_STEP - _WIDTH) // 2
    return _RECT.format(kind=kind, x=x, y=round(_HEIGHT + 1 - high, 1), w=_WIDTH, h=high)
