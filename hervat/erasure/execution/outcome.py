"""The outcome of an execution: what was written, for whom, and how it was checked."""

from collections import Counter
from dataclasses import dataclass, field

from hervat.erasure.execution.read_back import ErasureVerification


@dataclass(frozen=True)
class ExecutionOutcome:
    """Counts by table (`rows`, `left` shared, `grown` by triggers) and by table.column (`nulled`, `marked`).

    cleaned: keys of the persons who had a true root. set_aside: of those with several person rows or a root of unknown
    law; persons in neither had nothing in the system.
    whole, sampled: tables whose other rows were compared before and after, all of them or a sample.
    uncounted: tables that triggers write to and whose growth could not be counted.
    verification: the read-back after the commit; None if there was none (a rehearsal, policy retain).
    seconds: the duration of each transaction of a rehearsal, in which others may have waited.
    """

    rows: dict[str, int] = field(default_factory=dict)
    nulled: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)
    cleaned: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    left: dict[str, int] = field(default_factory=dict)
    grown: dict[str, int] = field(default_factory=dict)
    whole: tuple[str, ...] = ()
    sampled: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()
    verification: ErasureVerification | None = field(default=None, compare=False)
    seconds: tuple[float, ...] = field(default=(), compare=False)

    def __add__(self, other: "ExecutionOutcome") -> "ExecutionOutcome":
        """Return the outcome of two chunks of one plan together."""
        return ExecutionOutcome(
            rows=_added(self.rows, other.rows),
            nulled=_added(self.nulled, other.nulled),
            marked=_added(self.marked, other.marked),
            cleaned=_merged(self.cleaned, other.cleaned),
            set_aside=_merged(self.set_aside, other.set_aside),
            left=_added(self.left, other.left),
            grown=_added(self.grown, other.grown),
            whole=_merged(self.whole, other.whole),
            sampled=_merged(self.sampled, other.sampled),
            uncounted=_merged(self.uncounted, other.uncounted),
            verification=_both(self.verification, other.verification),
            seconds=self.seconds + other.seconds,
        )


def _added(counts: dict[str, int], others: dict[str, int]) -> dict[str, int]:
    return dict(Counter(counts) + Counter(others))


def _merged(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*names, *others}))


def _both(first: ErasureVerification | None, second: ErasureVerification | None) -> ErasureVerification | None:
    return first + second if first and second else None
