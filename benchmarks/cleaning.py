"""hervat's cleaning compared with hand-written statements, measured side by side in one run.

`python -m benchmarks.cleaning` prints one line a ratio (name, ratio, goal) and ends with 0 only if every goal is met.
It starts its own PostgreSQL. Lines that begin with # are figures without a goal.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from benchmarks import by_hand
from benchmarks.caseload import Caseload
from benchmarks.memory import peak
from hervat.erasure import ErasureVerification, LocalSystem, execute, make_plan, open_system
from hervat.erasure.selection.persons import Persons
from tests.support.postgres import Cluster

GOALS = {"bulk-execute": 1.5, "bulk-whole": 2.5, "night": 1.5, "no-index": 4.0, "memory": 4.0}
KEY_BYTES = 500  # a person in Python: key, BSN, the set around it, the entry of a dict
Ratio = tuple[str, float]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class ReadBack:
    """Measures the seconds that an execution's read-back takes."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._module = import_module("hervat.erasure.execution.execute")
        self._original = self._module.verify_erasure
        self._module.verify_erasure = self  # type: ignore[attr-defined]

    def __call__(self, *given: Any) -> ErasureVerification:
        start = time.perf_counter()
        verification: ErasureVerification = self._original(*given)
        self.seconds = time.perf_counter() - start
        return verification


def cleaned(local: LocalSystem, persons: Persons, read_back: ReadBack) -> tuple[float, float, float]:
    """Return the seconds of the plan, of its execution, and of the read-back."""
    start = time.perf_counter()
    plan = make_plan(local, persons)
    planned = time.perf_counter() - start
    executed = timed(lambda: execute(local, persons, plan.hash))
    return planned, executed - read_back.seconds, read_back.seconds


def bulk(load: Caseload, read_back: ReadBack, rounds: int = 2) -> Iterator[Ratio]:
    """A tenth of all persons, by hand and by hervat in turn, each time others."""
    hand, executed, whole = [], [], []
    with open_system(load.system()) as local:
        for at in range(rounds):
            others, mine = (load.persons_of(2 * at + half, load.persons // 10) for half in (0, 1))
            hand.append(timed(lambda others=others: by_hand.erase(load, others, counted=False)))
            parts = cleaned(local, mine, read_back)
            executed.append(parts[1])
            whole.append(sum(parts))
    print(f"# bulk: execute {min(executed):.2f} s, by hand {min(hand):.2f} s", flush=True)
    yield "bulk-execute", min(executed) / min(hand)
    yield "bulk-whole", min(whole) / min(hand)


def night(load: Caseload, read_back: ReadBack, rounds: int = 7, persons: int = 20) -> Iterator[Ratio]:
    """A normal night: planned, executed and read back, against the deletion with two counts of each table."""
    hand, whole = [], []
    first = timed(lambda: open_system(load.system()).close())
    again = timed(lambda: open_system(load.system()).close())
    print(f"# reflection: {first:.3f} s the first time, {again:.3f} s while the schema is unchanged")
    with open_system(load.system()) as local:
        for at in range(rounds):
            others, mine = (load.persons_of(4 + half + 10 * at, persons) for half in (0, 1))
            hand.append(timed(lambda others=others: by_hand.erase(load, others, counted=True)))
            whole.append(sum(cleaned(local, mine, read_back)))
    print(f"# night: {min(whole):.3f} s, by hand {min(hand):.3f} s", flush=True)
    yield "night", min(whole) / min(hand)


def no_index(indexed: Caseload, bare: Caseload, read_back: ReadBack, rounds: int = 2) -> Iterator[Ratio]:
    """The same persons where no foreign key has an index, with allow_index, against where each has."""
    seconds: dict[Caseload, list[float]] = {indexed: [], bare: []}
    for at in range(rounds):
        for load in (indexed, bare):
            with open_system(load.system(allow_index=True)) as local:
                persons = load.persons_of(at, load.persons // 50)
                seconds[load].append(sum(cleaned(local, persons, read_back)))
    yield "no-index", min(seconds[bare]) / min(seconds[indexed])


def memory(load: Caseload) -> Iterator[Ratio]:
    """Growth of the peak memory with the persons, compared to the size of their keys."""
    few, many = load.persons // 100, load.persons // 10
    grown = peak(load, 8, many) - peak(load, 9, few)
    yield "memory", max(grown, 0) / ((many - few) * KEY_BYTES)


def ratios(cluster: Cluster, persons: int) -> Iterator[Ratio]:
    """Yield every ratio, each as soon as it is known."""
    read_back = ReadBack()
    large = Caseload(cluster.create(), persons)
    large.make()
    yield from night(large, read_back)
    yield from bulk(large, read_back)
    yield from memory(large)
    indexed, bare = (Caseload(cluster.create(), persons // 5, with_index) for with_index in (True, False))
    for load in (indexed, bare):
        load.make()
    yield from no_index(indexed, bare, read_back)


def main() -> int:
    """Print each ratio with its goal; return 0 when every goal holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=500_000, help="persons in the large system (ten rows each)")
    failed = 0
    with Cluster("autovacuum=off", "shared_buffers=1GB", "max_wal_size=8GB") as cluster:
        for name, ratio in ratios(cluster, parser.parse_args().persons):
            failed += ratio > GOALS[name]
            print(f"{name} {ratio:.2f} {GOALS[name]}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
