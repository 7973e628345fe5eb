"""A first footprint for a system that nobody here has seen: a proposal, never more; a person judges each line."""

from hervat.cleaning.suggest.counts import Counts, NoCounts, RowCounts
from hervat.cleaning.suggest.draft import Draft, Line, Open
from hervat.cleaning.suggest.looking import suggest_for
from hervat.cleaning.suggest.propose import suggest
from hervat.cleaning.suggest.text import as_yaml

__all__ = ["Counts", "Draft", "Line", "NoCounts", "Open", "RowCounts", "as_yaml", "suggest", "suggest_for"]
