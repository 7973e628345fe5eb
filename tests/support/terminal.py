"""A command on a real terminal: a pty of so many columns, so that colours, folding and redrawing are what people see."""

import contextlib
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

_HOUSE = Path(__file__).parents[2]
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


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
    running = subprocess.Popen(
        [sys.executable, "-m", "hervat.cli", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=_HOUSE,
        env=told,
    )
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError):  # the end of a terminal whose last writer is gone
        while piece := os.read(ours, 65536):
            written += piece
    os.close(ours)
    return Shown(written.decode(), running.wait())
