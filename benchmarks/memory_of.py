"""Peak memory of writing or checking a delivery: python -m benchmarks.memory_of WHAT FILE RECORDS."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import written
from benchmarks.resident import peak_of_this_process


class Made(list[written.Row]):
    """Rows made on request, so that they take no room themselves."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part):  # type: ignore[no-untyped-def, override]
        return written.rows_between(part.start, min(part.stop, self._size))

    def __iter__(self) -> Iterator[written.Row]:
        raise TypeError("ask for a part")


def peak(what: str, path: Path, size: int) -> int:
    """Return the peak memory in bytes of a piece of work on so many records."""
    if what == "checked":
        written.delivered(path, Made(size))
    command = [sys.executable, "-m", "benchmarks.memory_of", what, str(path), str(size)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(what: str, path: str, size: str) -> None:
    """Do it, and print the peak."""
    if what == "checked":
        written.checked(Path(path))
    else:
        written.delivered(Path(path), Made(int(size)))
    print(peak_of_this_process())


if __name__ == "__main__":
    main(*sys.argv[1:])
