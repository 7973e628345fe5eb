"""Where the lines of the logboek go: a new file, or what else takes them."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from hervat.accountability.logboek_line import LogboekLine
from hervat.errors import UsageError


class LogboekTarget(Protocol):
    """Takes the lines of an export, some at a time."""

    where: str
    """For the journal, after the counts; empty for a file of this machine."""
    gone: Counter[str]
    """Gemeentecode -> lines that left this machine, which nothing takes back."""

    def write(self, code: str, lines: Sequence[LogboekLine]) -> None:
        """Take some lines of a municipality. Raises HervatError."""

    def held(self) -> int:
        """Return the number of lines that are there now, counted anew."""

    def undo(self) -> None:
        """Take back what can be taken back: the export failed."""

    def close(self) -> None:
        """No more lines will come."""


class LogboekFile:
    """A new file of JSON lines, that only this account may read."""

    where = ""

    def __init__(self, out: Path) -> None:
        """Make the file. Raises UsageError if that can't be done, or if there is one."""
        self.gone: Counter[str] = Counter()
        self._out = out
        try:
            opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise UsageError(
                f"{out} could not be written: {error.strerror}; give a new file in a folder that exists"
            ) from None
        self._file = os.fdopen(opened, "w", encoding="utf-8")

    def write(self, code: str, lines: Sequence[LogboekLine]) -> None:  # noqa: ARG002 - a line says of whom it is
        """Write the lines at the end of the file."""
        self._file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)

    def held(self) -> int:
        """Return the number of lines in the file, as it lies on the disk."""
        self._file.flush()
        with self._out.open(encoding="utf-8") as file:
            return sum(1 for _ in file)

    def undo(self) -> None:
        """Remove the file."""
        with suppress(OSError):
            self._out.unlink()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
