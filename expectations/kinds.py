"""Kinds of rows: a kind is all that a rule can see, so Great Expectations judges each once in a process."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from hervat.expectations.engine import SuiteOutcome, weighed
from hervat.expectations.verdict import Result

Kind = TypeVar("Kind", bound=Hashable)
_MOST = 10_000


class Kinds(Generic[Kind]):
    """The kinds that were judged; ask: returns the outcome of each rule on one row of each kind that is given.

    Asking has a fixed cost of a quarter of a second, so it is done for all new kinds at once.
    """

    def __init__(self, ask: Callable[[Sequence[Kind]], Sequence[SuiteOutcome]]) -> None:
        self._ask = ask
        self._results: list[Result] = []  # of each rule, when it was asked first
        self._failed: dict[Kind, frozenset[int]] = {}  # the rules that a kind fails, by their places

    def outcomes(self, kinds: Sequence[Kind]) -> list[SuiteOutcome]:
        """Return the outcome of each rule on one row of each kind. Raises ValidationFailed."""
        if len(self._failed) > _MOST:
            self._failed = {}
        new = [kind for kind in kinds if kind not in self._failed]
        if new or not self._results:
            self._learn(new)
        failed = [self._failed[kind] for kind in kinds]
        rows = [[at for at, rules in enumerate(failed) if rule in rules] for rule in range(len(self._results))]
        once = [1] * len(kinds)
        return [weighed(SuiteOutcome(*said), once) for said in zip(self._results, rows, strict=True)]

    def _learn(self, new: Sequence[Kind]) -> None:
        said = self._ask(new)
        failed = [set(outcome.rows) for outcome in said]
        self._results = [outcome.result for outcome in said]
        for at, kind in enumerate(new):
            self._failed[kind] = frozenset(rule for rule, rows in enumerate(failed) if at in rows)
