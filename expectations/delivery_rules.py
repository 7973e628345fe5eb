"""The rules across the fields of a record for CBS: DUO's for a PIP, and to whom a kenmerk applies.

As with downloads, records that answer all rules alike are of one kind, and each kind is judged once. A rule is skipped
if the query does not give its kenmerken; without any rule Great Expectations is not even loaded.
"""

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from hervat.delivery import Breach, Part, RecordLayout

if TYPE_CHECKING:
    from hervat.expectations.engine import Rule, SuiteOutcome

ASYLUM = "Asielstatushouder"
_NEEDS: dict[str, tuple[str, ...]] = {
    "niveau_a2_with_o": ("leerroute", "niveau"),
    "niveau_b1_with_z": ("leerroute", "niveau"),
    "niveau_a2_in_first_pip": ("leerroute", "niveau", "volgnummer_pip"),
    "intensity_without_b": ("intensiteit", "leerroute"),
    "intensity_without_asylum": ("intensiteit", "doelgroep"),
    "pip_before_obligation": ("datum_pip", "datum_aanvang_plicht"),
    "pip_before_settling": ("datum_pip", "datum_vestiging"),
    "pip_before_earlier": ("datum_pip", "datum_vorige_pip"),
}
_BEFORE = {
    "pip_before_obligation": "datum_aanvang_plicht",
    "pip_before_settling": "datum_vestiging",
    "pip_before_earlier": "datum_vorige_pip",
}


def _broken() -> dict[str, pl.Expr]:
    """Return for each rule the expression of a record that breaks it (facts: DUO's cross-field rules for a PIP)."""
    route, niveau = pl.col("leerroute"), pl.col("niveau")
    hours = pl.col("intensiteit").is_not_null()
    return {
        "niveau_a2_with_o": (route == "O") & (niveau == "A2"),
        "niveau_b1_with_z": (route == "Z") & (niveau == "B1"),
        "niveau_a2_in_first_pip": (route == "B") & (niveau == "A2") & (pl.col("volgnummer_pip") == "1"),
        "intensity_without_b": hours & (route.is_null() | (route != "B")),
        "intensity_without_asylum": hours & pl.col("doelgroep").is_not_null() & (pl.col("doelgroep") != ASYLUM),
        **{reason: pl.col("datum_pip") < pl.col(day) for reason, day in _BEFORE.items()},  # ISO days sort as text
    }


class PipRules:
    """The rules on the records of one delivery: `look` at their parts, then ask for the `verdict` on all."""

    def __init__(self) -> None:
        self._kinds: Counter[int] = Counter()
        self._reasons: list[str] = []
        self._odd: list[pl.DataFrame] = []

    def look(self, part: Part, layout: RecordLayout) -> None:
        """Look at a part of the records."""
        wrong = _wrong(part, layout)
        self._reasons = wrong.columns
        kind = wrong.select(kind=pl.sum_horizontal(pl.lit(0), *_bits(wrong.columns)))["kind"]
        if not self._reasons or not part.size:
            return
        self._kinds.update({one: count for one, count in kind.value_counts().iter_rows()})
        told = pl.DataFrame({"row": range(part.first, part.first + part.size), "bsn": part.texts["bsn"], "kind": kind})
        self._odd.append(told.filter(pl.col("kind") > 0))

    def verdict(self) -> list[Breach]:
        """Return the rules that are broken, and by which records. Raises ValidationFailed."""
        return [self._breach(at, outcome) for at, outcome in enumerate(self._said) if outcome.rows]

    @property
    def results(self) -> list[dict[str, Any]]:
        """What was expected and how often it was not so: counts, no values. Raises ValidationFailed."""
        return [dict(outcome.result) for outcome in self._said]

    @cached_property
    def _said(self) -> "list[SuiteOutcome]":
        """Ask Great Expectations, once, about each kind of record."""
        kinds = sorted(self._kinds)
        if not kinds:
            return []
        import pandas as pd

        from hervat.expectations.engine import outcomes, weighed

        columns = {name: [not kind >> at & 1 for kind in kinds] for at, name in enumerate(self._reasons)}
        frame = pd.DataFrame(columns, index=pd.RangeIndex(len(kinds), name="row"), dtype=bool)
        weights = [self._kinds[kind] for kind in kinds]
        return [weighed(outcome, weights) for outcome in outcomes("pip", self._rules, frame)]

    def _rules(self) -> "list[Rule]":
        from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet

        from hervat.expectations.engine import Rule

        holds = (ExpectColumnValuesToBeInSet(column=reason, value_set=[True]) for reason in self._reasons)
        return [Rule(reason, "row", hold) for reason, hold in zip(self._reasons, holds, strict=True)]

    def _breach(self, at: int, said: "SuiteOutcome") -> Breach:
        odd = pl.concat(self._odd)
        broken = odd.filter((pl.col("kind") // 2**at) % 2 == 1)
        return Breach(said.result["reason"], tuple(broken["row"].to_list()), frozenset(broken["bsn"].to_list()))


def _bits(names: list[str]) -> list[pl.Expr]:
    return [2**at * pl.col(name).cast(pl.Int64) for at, name in enumerate(names)]


def _wrong(part: Part, layout: RecordLayout) -> pl.DataFrame:
    """Return a boolean column for each applicable rule, true if a record breaks it; never the values."""
    frame = pl.DataFrame({name: pl.Series(texts, dtype=pl.String) for name, texts in part.texts.items()})
    there = set(frame.columns)
    asked = {reason: broken for reason, broken in _broken().items() if set(_NEEDS[reason]) <= there}
    asked |= _not_for("not_for_group", layout, layout.group, "groups", there)
    asked |= _not_for("not_for_leerroute", layout, layout.leerroute, "leerroutes", there)
    return frame.select(**{reason: broken.fill_null(False) for reason, broken in asked.items()})


def _not_for(reason: str, layout: RecordLayout, by: str, key: str, there: set[str]) -> dict[str, pl.Expr]:
    """Return the rules that a kenmerk occurs only for those whom the layout names."""
    apart = [
        kenmerk
        for kenmerk in layout.delivered
        if getattr(kenmerk, key) and kenmerk.name in there and kenmerk.name != "intensiteit"
    ]
    if by not in there or not apart:
        return {}
    wrong = [pl.col(kenmerk.name).is_not_null() & ~pl.col(by).is_in(getattr(kenmerk, key)) for kenmerk in apart]
    return {reason: pl.any_horizontal(wrong)}
