"""What a delivery costs beside the least that it could cost, measured side by side in one run.

`python -m benchmarks.delivery` prints one line a ratio (name, ratio, goal) and ends with 0 only when every goal holds.
It starts a PostgreSQL of its own. Lines that begin with # are figures without a goal.

write: records judged, counted, remembered, written, hashed and read again under the XSD, against a bare lxml loop that
writes the same rows to a file.
write-memory, xsd-memory: by how many MB the peak grows from 10,000 records to 100,000.
gate: the look at a system and the judging of what is there, against one indexed anti-join query of what hervat
knows. Of 500,000 persons 25,000 stand under the Wi2021, of whom 5,000 corrected: far more than any gemeente has (62,300
in the whole country in two years). What is read of the register is not in it. gate-all-wi2021: were all 500,000 under
the Wi2021; the pseudonyms alone, without which nobody is found in the register, then cost more than the anti-join.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from benchmarks import gate_load, written
from benchmarks.memory_of import peak
from tests.support.postgres import Cluster

GOALS = {"write": 1.5, "write-memory": 10.0, "xsd-memory": 50.0, "gate": 1.8}
MB = 1024 * 1024
ROUNDS = 7
SHARE = 20  # one person in so many is under the Wi2021
Ratio = tuple[str, float]


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def in_turn(first: Callable[[], object], second: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the least seconds of each, done in turn: other work on the machine hits both."""
    both = [(timed(first), timed(second)) for _ in range(rounds)]
    return min(one for one, _ in both), min(other for _, other in both)


def write(folder: Path, records: int) -> Iterator[Ratio]:
    """The same rows, from memory to a file: by a bare loop, and as a delivery is written."""
    rows = written.rows(records)
    bare, ours = in_turn(lambda: written.bare(folder / "bare.xml", rows), lambda: _whole(folder / "swi.xml", rows))
    alone = timed(lambda: written.delivered(folder / "swi.xml", rows))
    print(f"# write: {ours:.2f} s, of which without the XSD {alone:.2f} s; bare {bare:.2f} s", flush=True)
    yield "write", ours / bare


def _whole(path: Path, rows: list[written.Row]) -> None:
    written.delivered(path, rows)
    written.checked(path)


def memory(folder: Path, records: int) -> Iterator[Ratio]:
    """Peaks of processes of their own, for a tenth of the records and for all."""
    for name, what in (("write-memory", "delivered"), ("xsd-memory", "checked")):
        few, many = (peak(what, folder / f"{name}-{size}.xml", size) for size in (records // 10, records))
        print(f"# {name}: {many / MB:.0f} MB in all", flush=True)
        yield name, max(0, many - few) / MB


def gate(cluster: Cluster, persons: int, share: int, name: str, rounds: int = ROUNDS) -> Iterator[Ratio]:
    """The gate's look at a system with one person in `share` under the Wi2021, compared to an anti-join."""
    load = gate_load.GateLoad(cluster.create(), persons, share)
    load.make()
    with _connected(load.dsn) as connection:
        ours, bare = in_turn(load.looked_at, lambda: load.anti_join(connection), rounds)
    print(f"# {name}: {ours:.3f} s, anti-join {bare:.3f} s, {persons // share} under the Wi2021", flush=True)
    yield name, ours / bare


@contextmanager
def _connected(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def ratios(folder: Path, cluster: Cluster, given: argparse.Namespace) -> Iterator[Ratio]:
    """Yield every ratio, each as soon as it is known."""
    yield from write(folder, given.records)
    yield from memory(folder, given.records)
    yield from gate(cluster, given.persons, SHARE, "gate")


def main() -> int:
    """Print each ratio with its goal; return 0 when every goal holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--persons", type=int, default=500_000, help="persons in the local system")
    given, failed = parser.parse_args(), 0
    with TemporaryDirectory() as folder, Cluster("autovacuum=off", "shared_buffers=1GB") as cluster:
        for name, ratio in ratios(Path(folder), cluster, given):
            failed += ratio > GOALS[name]
            print(f"{name} {ratio:.2f} {GOALS[name]}", flush=True)
        for name, ratio in gate(cluster, given.persons, 1, "gate-all-wi2021", rounds=2):
            print(f"# {name} {ratio:.2f}, without a goal", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
