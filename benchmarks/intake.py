"""Intake compared with reading and loading the same rows without any check, in one run.

`python -m benchmarks.intake` prints one line a ratio (name, ratio, goal) and ends with 0 only if every goal is met. It
starts its own PostgreSQL. Lines that begin with # are figures without a goal. The floor: polars reads the file and its
rows go into a table of the same columns with a numbered key, by COPY or by executemany in one transaction.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.made_up import write_download
from tests.support.postgres import Cluster

GOALS = {
    "intake-postgresql": 2.5,
    "intake-sqlite": 3.0,
    "validation": 1.0,
    "ten-times": 11.0,
    "memory-gib": 1.5,
    "night-seconds": 1.0,
}
PERSONS = 62_000
Ratio = tuple[str, float]


def part(name: str, folder: Path, url: str) -> dict[str, float]:
    """Return the figures of one part, each in a process of its own: nothing is warm, and its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.intake_part", name, str(folder), url]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def best(name: str, folder: Path, url: Callable[[], str], rounds: int) -> dict[str, float]:
    """Return each figure's least over some rounds, each on a database of its own."""
    found = [part(name, folder, url()) for _ in range(rounds)]
    return {key: min(figures[key] for figures in found) for key in found[0]}


def large(folder: Path, url: Callable[[], str], kind: str, rounds: int) -> Iterator[Ratio]:
    """A whole file on one kind of database."""
    floor, whole = (best(name, folder, url, rounds) for name in ("floor", "intake"))
    print(f"# {kind}: floor {floor['seconds']:.2f} s, intake {whole['seconds']:.2f} s {_told(whole)}", flush=True)
    yield f"intake-{kind}", whole["seconds"] / floor["seconds"]
    if kind == "postgresql":
        yield "validation", whole["validate"] / floor["seconds"]
        yield "memory-gib", whole["peak_gib"]


def _told(figures: dict[str, float]) -> str:
    parts = ", ".join(f"{name} {figures[name]:.2f}" for name in ("fetch", "validate", "load"))
    return f"({parts}; imports {figures['imports']:.2f} s apart; peak {figures['peak_gib']:.2f} GiB)"


def _later(base: Path, rows: int, before: Path, cluster: Cluster) -> str:
    """Tell what a second file as long as the first costs, with other signals of the same persons (PostgreSQL)."""
    folder, url, persons = base / "later", cluster.create(), max(rows * PERSONS // 1_000_000, 1)
    folder.mkdir()
    write_download(folder, rows, persons, first=rows // persons + 1)
    part("intake", before, url)
    later = part("intake", folder, url)
    return f"{later['seconds']:.2f} s {_told(later)}"


def ratios(cluster: Cluster, base: Path, rows: int, rounds: int) -> Iterator[Ratio]:
    """Yield every ratio, each as soon as it is known."""
    folders = {count: base / str(count) for count in (2000, rows // 10, rows)}
    for count, folder in folders.items():
        folder.mkdir()
        write_download(folder, count, max(count * PERSONS // 1_000_000, 1))
    numbers = iter(range(1000))

    def sqlite() -> str:
        return f"sqlite:///{base}/{next(numbers)}.db"

    yield from large(folders[rows], cluster.create, "postgresql", rounds)
    yield from large(folders[rows], sqlite, "sqlite", rounds)
    print(
        f"# into a register that holds as much of the same persons: {_later(base, rows, folders[rows], cluster)}",
        flush=True,
    )
    tenth = best("intake", folders[rows // 10], cluster.create, rounds)
    all_of_it = best("intake", folders[rows], cluster.create, 1)
    yield "ten-times", all_of_it["seconds"] / tenth["seconds"]
    night = best("intake", folders[2000], cluster.create, 3)
    print(f"# night: {night['seconds']:.2f} s {_told(night)}", flush=True)
    yield "night-seconds", night["seconds"]


def main() -> int:
    """Print each ratio with its goal; return 0 when every goal holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large file")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is measured")
    given, failed, start = parser.parse_args(), 0, time.monotonic()
    with ExitStack() as opened:
        base = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        cluster = opened.enter_context(Cluster("autovacuum=off", "shared_buffers=1GB", "max_wal_size=8GB"))
        for name, ratio in ratios(cluster, base, given.rows, given.rounds):
            failed += ratio > GOALS[name]
            print(f"{name} {ratio:.2f} {GOALS[name]}", flush=True)
    print(f"# {time.monotonic() - start:.0f} s in all")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
