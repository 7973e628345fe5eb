"""A whole country in a night: `hervat run` over all gemeenten, and the fleet on a Prefect server of its own.

`python -m benchmarks.fleet` prints one line a ratio (name, ratio, goal) and ends with 0 only if every goal is met. It
starts its own PostgreSQL, sshd and Prefect. Lines that begin with # are figures without a goal. CPU is that of hervat,
PostgreSQL and sshd together; its floor is that of one gemeente with the same rows about as many persons.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.country import DAY, EMPTY_DAY, QUIET_DAY, Country
from tests.support.postgres import Cluster
from tests.support.serving import Serving
from tests.support.sshd import Sshd

GOALS = {
    "country": 1.0,  # of five minutes
    "country-cpu": 2.0,
    "country-quiet": 1.0,  # of two and a half minutes
    "country-empty": 1.0,  # of one minute
    "country-memory": 1.3,
    "ten-times-gemeenten": 10.5,
    "country-prefect": 1.5,
}
_TICKS = os.sysconf("SC_CLK_TCK")
_ENDS = (0, 1)


@dataclass(frozen=True)
class Cost:
    """What a run cost: seconds, seconds of CPU, and its largest process in MiB."""

    seconds: float
    cpu: float
    peak: float


class Bench:
    """The servers, and the countries on them."""

    def __init__(self, base: Path, opened: ExitStack) -> None:
        self._base = base
        large = ("autovacuum=off", "shared_buffers=1GB", "max_wal_size=8GB", "max_connections=100")
        self._cluster = opened.enter_context(Cluster(*large))
        self._server = opened.enter_context(Sshd(base / "sftp", options=lambda _: "MaxStartups 100\n"))

    def country(self, name: str, count: int, times: int = 1) -> Country:
        """Return a new country."""
        start = time.monotonic()
        country = Country(self._base / name, count, self._cluster, self._server, times)
        country.build()
        print(f"# {name}: {country.rows} rows, built in {time.monotonic() - start:.0f} s", flush=True)
        return country

    def night(self, country: Country, day: date, *options: str) -> Cost:
        """Run a night of all gemeenten and return what it cost."""
        before = self._of_servers()
        run = [sys.executable, "-m", "hervat.cli", "run", "--config", str(country.directory), "--as-of", str(day)]
        with (country.directory / "log").open("ab") as log:
            command = [sys.executable, "-m", "benchmarks.reaped", *run, *options]
            told = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=log)
        found = json.loads(told.stdout)
        if found["status"] not in _ENDS:
            raise RuntimeError(f"the night ended with {found['status']}: {country.directory}/log")
        servers = self._of_servers() - before
        cost = Cost(found["seconds"], found["cpu"] + servers, found["peak"])
        name = f"{country.directory.name} {day}"
        print(f"# {name}: {cost.seconds:.1f} s, CPU {cost.cpu:.1f} s ({servers:.1f} of the servers)", flush=True)
        return cost

    def _of_servers(self) -> float:
        return _cpu_below(self._cluster.pid) + _cpu_below(self._server.pid)


def _cpu_below(pid: int) -> float:
    """Return the CPU of a process, of its children that live and of all that ended, in seconds."""
    try:
        children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it ended just now, and its parent counts it
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS + sum(map(_cpu_below, children))


def ratios(bench: Bench, count: int) -> Iterator[tuple[str, float]]:
    """Yield every ratio, each as soon as it is known."""
    whole = bench.country("country", count)
    first = bench.night(whole, DAY)
    yield "country", first.seconds / 300
    whole.offer_little()
    yield "country-quiet", bench.night(whole, QUIET_DAY).seconds / 150
    yield "country-empty", bench.night(whole, EMPTY_DAY).seconds / 60
    one = bench.night(bench.country("one-large", 1, times=count), DAY)
    yield "country-cpu", first.cpu / one.cpu
    alone = bench.night(bench.country("one", 1), DAY)
    yield "country-memory", first.peak / alone.peak
    tenth = bench.night(bench.country("tenth", count // 10), DAY)
    yield "ten-times-gemeenten", 10 * (first.seconds / count) / (tenth.seconds / (count // 10))
    yield "country-prefect", _by_fleet(bench.country("by-fleet", count)) / first.seconds


def _by_fleet(country: Country) -> float:
    """Return the seconds of a fleet over all gemeenten, from the moment that it is asked for to its end."""
    with Serving(country.directory) as serving:
        start = time.monotonic()
        ended = serving.ended(serving.submit("fleet", parameters={"as_of": str(DAY)})[1]["id"], 3600)
        seconds = time.monotonic() - start
        print(f"# {country.directory.name}: {seconds:.1f} s, {ended['name']}: {ended['message'][:80]}", flush=True)
    return seconds


def main() -> int:
    """Print each ratio with its goal; return 0 when every goal holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--municipalities", type=int, default=345, help="gemeenten of the country")
    given, failed, start = parser.parse_args(), 0, time.monotonic()
    with ExitStack() as opened:
        base = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        base.chmod(0o755)
        for name, ratio in ratios(Bench(base, opened), given.municipalities):
            failed += ratio > GOALS[name]
            print(f"{name} {ratio:.2f} {GOALS[name]}", flush=True)
    print(f"# {time.monotonic() - start:.0f} s in all")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
