"""The one place to add a rule: a reason, what failing it costs, the question itself, and its Dutch words.

`row_checks` are about one row, `download_checks` about a file as a whole, against the files before it, and against
what the register holds of it. Great Expectations judges them all (suites.py); importing this costs nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from hervat.expectations.verdict import Severity
from hervat.settings import Quality

_OLDEST = 110  # years


@dataclass(frozen=True)
class Check:
    """A rule on a row. good: true if all is well, over the columns of `hervat.downloads.typed`; null counts as well."""

    reason: str
    severity: Severity
    good: pl.Expr
    dutch: str


@dataclass(frozen=True)
class Bound:
    """A rule on a download: the column of the same name (hervat/intake: file_history, selfcheck) lies within bounds."""

    reason: str
    suite: str
    severity: Severity
    low: float | None
    high: float | None
    dutch: str


def row_checks(day: date) -> Sequence[Check]:
    """Return the rules on rows beside those of suites.py; `day` is that on which the file was made."""
    told, signal = pl.col("kennisgeving"), pl.col("signal_date")
    return [
        Check("bsn_repaired", "warning", ~pl.col("bsn_repaired"), "Excel had het BSN veranderd; het is hersteld"),
        Check("kennisgeving_early", "warning", told >= signal, "de kennisgeving is van voor het signaal"),
        Check(
            "born_long_ago", "warning", pl.col("birth") > _years_before(day), "de persoon zou ouder zijn dan 110 jaar"
        ),
    ]


def download_checks(limits: Quality) -> Sequence[Bound]:
    """Return the rules on downloads; a measure that can't be taken (no file before it) is not a failure."""
    most = limits.volume_factor
    return [
        Bound("several_groups", "file", "warning", None, 0, "personen staan met meer dan één doelgroep in een bestand"),
        Bound("volume_high", "history", "warning", None, most, "een bestand heeft veel meer regels dan eerdere"),
        Bound("volume_low", "history", "warning", 1 / most, None, "een bestand heeft veel minder regels dan eerdere"),
        Bound("signals_older", "history", "warning", None, limits.older_days, "de signalen zijn ouder dan de vorige"),
        Bound("gap", "history", "warning", None, limits.gap_days, "er zit een gat tussen twee bestanden"),
        Bound("rows_unexpected", "history", "warning", 0, 0, "het aantal regels is niet wat de gemeente verwacht"),
        Bound("rows_unaccounted", "register", "register", 0, 0, "de aantallen regels tellen niet op"),
        Bound("rows_unseen", "register", "register", 0, 0, "ingelezen regels staan niet in het register"),
        Bound("rows_unheld", "register", "register", 0, 0, "regels in quarantaine staan niet in het register"),
        Bound("foreign_unkept", "register", "register", 0, 0, "regels van een andere gemeente zijn niet bewaard"),
        Bound("persons_unidentified", "register", "register", 0, 0, "personen zonder BSN en V-nummer in het register"),
        Bound("signals_ownerless", "register", "register", 0, 0, "signalen zonder persoon in het register"),
        Bound("identifiers_ownerless", "register", "register", 0, 0, "nummers zonder persoon in het register"),
        Bound("signals_from_later", "register", "register", 0, 0, "signalen zijn gezien na het laatste bestand"),
    ]  # fmt: skip


EXPECTED_MISSING = ("expected_missing", "er is geen bestand met het verwachte aantal regels gekomen")


def words() -> dict[str, str]:
    """Return the Dutch words of every reason here, for report and worklist."""
    rows = {check.reason: check.dutch for check in row_checks(date.max)}
    whole = {bound.reason: bound.dutch for bound in download_checks(Quality())}
    return rows | whole | dict([EXPECTED_MISSING])


def _years_before(day: date) -> date:
    return date(day.year - _OLDEST, day.month, min(day.day, 28))
