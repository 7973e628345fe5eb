"""The kinds of things that have a term, and the things of a kind whose term is over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from hervat.night import Night
from hervat.upkeep.retention.look import Look


class Over(NamedTuple):
    """From which day a term counted, and on which it was over."""

    since: date
    ends_on: date


Things = Mapping[int, Over]
"""Number of the thing in the register -> its term."""
Rows = dict[str, int]
"""Table -> rows that were deleted or emptied."""


def _no_files(_session: Session, _night: Night, _numbers: Sequence[int]) -> None:
    """Remove nothing: this kind has no files."""


@dataclass(frozen=True)
class TermKind:
    """A kind with a term.

    due: the things whose term is over and for which nothing waits. end: deletes their rows in the session's
    transaction. files: removes their files, once that transaction has committed; it can be repeated.
    """

    name: str
    due: Callable[[Look, str], Things]
    end: Callable[[Session, Night, Sequence[int]], Rows]
    files: Callable[[Session, Night, Sequence[int]], None] = _no_files
