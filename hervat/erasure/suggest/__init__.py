"""Suggest a first footprint for an unknown system. Only a proposal: a person judges each line."""

from hervat.erasure.suggest.draft import DraftLine, FootprintDraft, Open, as_yaml
from hervat.erasure.suggest.evidence import Counts, NoCounts, RowCounts
from hervat.erasure.suggest.propose import suggest, suggest_for

__all__ = [
    "Counts",
    "DraftLine",
    "FootprintDraft",
    "NoCounts",
    "Open",
    "RowCounts",
    "as_yaml",
    "suggest",
    "suggest_for",
]
