"""Quality over time: for each suite a line of months, drawn small, with the same in words. Counts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from hervat.dutch import SUITES, brief_month, month_text, number, said
from hervat.report.chart import Panel, chart, whole
from hervat.status import QualityMonth

_TITLE = "Niet goed, per 1.000 controles"


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
        """A bar a month on a scale with numbers; the words beside it say the same."""
        panel = Panel(_TITLE, [_per_thousand(month) for month in self.months])
        body, height = chart([panel], [brief_month(month.month) for month in self.months], "Maand")
        return Markup(whole(body, height, 'class="months" aria-hidden="true" focusable="false"'))  # noqa: S704 - escaped


def quality_lines(months: Sequence[QualityMonth]) -> list[QualityLine]:
    """Return a line for each suite, in the order in which a file passes them."""
    order = {suite: at for at, suite in enumerate(SUITES)}
    ordered = sorted(months, key=lambda month: (order.get(month.suite, len(order)), month.suite, month.month))
    return [QualityLine(suite, list(group)) for suite, group in groupby(ordered, key=lambda month: month.suite)]


def share(month: QualityMonth) -> str:
    """Return how many of a thousand checks were not met, `0`, `minder dan 1` or a whole number."""
    per_thousand = _per_thousand(month)
    return "minder dan 1" if 0 < per_thousand < 1 else number(round(per_thousand))


def _per_thousand(month: QualityMonth) -> float:
    return 1000 * month.failed / month.checked if month.checked else 0
