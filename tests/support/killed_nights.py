"""Nights that kill themselves (SIGKILL) at their nth contact with the outside: an open, a rename, a connection.

Each runs in a process of its own, forked by one that has imported all, for importing takes longer than a night.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from tests.support.town import Town

KILLED = -9

_SCRIPT = """
import os, signal, sys
import polars
from hervat.cli import app
from hervat.cli.cleaning import plans
from hervat.cli import delivery
from hervat.cli.intake import formats
from hervat.cli.night import nights
from hervat.cli import notices
from hervat.cli.person import optin
from hervat.cli.setup import installation
from hervat.cli.upkeep import vault
import hervat.tasks.night, hervat.tasks.run, hervat.expectations.rows, hervat.report
from hervat.tasks.step import Step
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect", "shutil.rmtree")
def night(directory, last, day, since):
    seen, counts = 0, not since
    def hook(event, arguments):
        nonlocal seen
        if counts and event in EVENTS and not str(arguments[0] if arguments else "").endswith((".py", ".pyc")):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
    def begun(step):
        nonlocal counts
        counts = counts or step == since
    sys.addaudithook(hook)
    if since:
        import hervat.tasks.step
        plainly = hervat.tasks.step.plainly
        def watched(step, night):
            begun(step.name)
            return plainly(step, night)
        hervat.tasks.step.plainly = watched
    os.dup2(2, 1)
    try:
        app.app(["run", "--config", directory, "--as-of", day, "--json"])
    except SystemExit as ended:
        os.write(answers, f"{ended.code} {seen}\\n".encode())
        os._exit(0)
answers = os.dup(1)
for line in sys.stdin:
    last, day, since, directory = line.rstrip("\\n").split(" ", 3)
    if not (child := os.fork()):
        night(directory, int(last), day, since.strip("-"))
        os._exit(1)
    if ended := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        print(ended, 0, flush=True)
"""


@dataclass
class Forker:
    """The process that forks nights."""

    process: subprocess.Popen[str]

    def night(self, town: Town, day: str, at: int = -1, since: str = "") -> tuple[int, int]:
        """Run a night that is killed at its `at`th contact, counted from the step `since` on.

        Return its exit status (KILLED where it was) and how many contacts it had (0 where it was killed).
        """
        write, read = _pipes(self.process)
        print(at, day, since or "-", town.directory, file=write, flush=True)
        status, contacts = map(int, read.readline().split())
        return status, contacts


def _pipes(process: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout


@contextmanager
def forker() -> Iterator[Forker]:
    """Give a process that has imported all, ready to fork nights."""
    with subprocess.Popen(
        [sys.executable, "-c", _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as ready:
        yield Forker(ready)
        _pipes(ready)[0].close()
