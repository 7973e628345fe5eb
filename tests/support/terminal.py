"""A command on a real terminal: a pty of so many columns, so that colours, folding and redrawing are what people see.

Each command has a process of its own, forked by one that has imported all: importing takes longer than a command.
"""

import atexit
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

_HOUSE = Path(__file__).parents[2]
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_SCRIPT = """
import json, os, sys, traceback
import hervat.cli.commands, hervat.doctor, hervat.expectations.rows, hervat.report, hervat.tasks.night, hervat.tasks.run
from hervat.cli import main

def command(arguments, environment, terminal):
    os.environ.clear()
    os.environ.update(environment)
    place = os.open(terminal, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(place, number)
    sys.argv = ["hervat", *arguments]
    sys.stdin, sys.stdout, sys.stderr = open(0, closefd=False), open(1, "w", closefd=False), open(2, "w", closefd=False)
    main()

for line in sys.stdin:
    if not (child := os.fork()):
        status = 99
        try:
            command(*json.loads(line))
        except SystemExit as ended:
            status = ended.code or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@cache
def _forker() -> tuple[IO[str], IO[str]]:
    """Start the process that forks the commands; return where to ask it, and where it answers with exit statuses."""
    running = subprocess.Popen(
        [sys.executable, "-c", _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_HOUSE
    )
    assert running.stdin is not None
    assert running.stdout is not None
    atexit.register(running.stdin.close)
    return running.stdin, running.stdout


@dataclass
class Shown:
    """What came on the terminal, and the exit status."""

    raw: str
    status: int

    @property
    def text(self) -> str:
        """What was written, without colours and movements."""
        return _CONTROL.sub("", self.raw).replace("\r\n", "\n")

    @property
    def lines(self) -> list[str]:
        """The lines; one that was redrawn counts as many times as it was drawn."""
        return [line for line in re.split(r"[\r\n]+", self.text) if line.strip()]


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> Shown:
    """Run a command of hervat on a terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "CI")}
    told = plain | {"TERM": "xterm-256color"} | environment
    ask, answers = _forker()
    print(json.dumps([arguments, told, os.ttyname(theirs)]), file=ask, flush=True)
    written = b""
    while not _has(answers.fileno(), 0):
        written += _waiting(ours, 0.05)
    os.close(theirs)
    while piece := _waiting(ours, 0.2):
        written += piece
    os.close(ours)
    return Shown(written.decode(), int(answers.readline()))


def _has(descriptor: int, seconds: float) -> bool:
    """Return whether something can be read; a number above 1024 is as good as any, which `select` does not take."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _waiting(terminal: int, seconds: float) -> bytes:
    """Return what comes on a terminal within so many seconds; b"": nothing, or its last writer is gone."""
    if _has(terminal, seconds):
        with contextlib.suppress(OSError):
            return os.read(terminal, 65536)
    return b""
