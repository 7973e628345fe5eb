"""`python -m tests.fuzz SECONDS`: the properties of the fuzz run again and again, on other files each time.

Prints the figures; ends with 1, and the file that did it as hypothesis shrank it, when a property fails.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.files import any_file
from tests.fuzz.properties import Figures, Nights, checking, reading

_PHASES = (Phase.generate, Phase.shrink)


def _run(name: str, prove: Callable[[tuple[str, bytes]], None], most: int, examples: int) -> None:
    number = random.randrange(2**63)
    case = settings(
        max_examples=examples, deadline=None, database=None, derandomize=False, phases=_PHASES,
        suppress_health_check=list(HealthCheck),
    )(seed(number)(given(any_file(most))(lambda file: prove(file))))  # noqa: PLW0108 - given looks at its arguments  # fmt: skip
    try:
        case()
    except BaseException:
        print(f"{name} failed; seed {number}", flush=True)
        raise


def main(seconds: float) -> None:
    """Fuzz for so many seconds."""
    figures, end = Figures(), time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as place:
        folder, started = Path(place), time.monotonic()
        while time.monotonic() < end:
            nights = Nights(folder / f"{time.monotonic_ns()}")
            _run("reading", lambda file: reading(*file, figures), 12, 500)
            _run("formats check", lambda file: checking(*file, folder, figures), 4, 15)
            _run("nights", lambda file, nights=nights: nights.file(*file, figures), 10, 25)
            nights.installation.register.close()
    print(
        f"{time.monotonic() - started:.0f} seconds, {sum(figures.files.values())} files, no crash, no hang, no lost row"
    )
    for what in ("files", "refused", "rows"):
        print(f"{what:8}", ", ".join(f"{name} {number}" for name, number in sorted(getattr(figures, what).items())))
    print(f"slowest file {figures.slowest:.2f} s")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60)
