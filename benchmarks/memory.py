"""The peak memory of a cleaning, in a process of its own: python -m benchmarks.memory URL PERSONS NUMBER SIZE."""

import subprocess
import sys

from benchmarks.caseload import Caseload
from benchmarks.resident import peak_of_this_process
from hervat.erasure import execute, make_plan, open_system


def peak(load: Caseload, number: int, size: int) -> int:
    """Return the peak memory in bytes of planning and erasing so many persons."""
    command = [sys.executable, "-m", "benchmarks.memory", load.url, str(load.persons), str(number), str(size)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(url: str, in_all: str, number: str, size: str) -> None:
    """Plan and execute, and print the peak."""
    load = Caseload(url, int(in_all))
    persons = load.persons_of(int(number), int(size))
    with open_system(load.system()) as local:
        execute(local, persons, make_plan(local, persons).hash)
    print(peak_of_this_process())


if __name__ == "__main__":
    main(*sys.argv[1:])
