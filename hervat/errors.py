"""Errors that may be shown anywhere: their texts hold counts, names of things and ids, never personal data."""

from collections.abc import Sequence
from dataclasses import dataclass


class HervatError(Exception):
    """Something failed; the text is safe to print and to log (rule 7 of the design)."""

    exit_status = 3
    also: Sequence[str] = ()
    """What failed beside it, safe to print too: such as an alert about it that could not be sent."""


class UsageError(HervatError):
    """The call itself is wrong; nothing was done."""

    exit_status = 2


@dataclass(frozen=True)
class Problem:
    """One mistake in a configuration: where it stands (key "-": the whole file), what is wrong and what to write."""

    file: str
    key: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        where = self.file if self.key == "-" else f"{self.file}: {self.key}"
        return f"{where}: {self.wrong}; {self.mend}"


class ConfigurationError(UsageError):
    """A configuration was refused; `problems` holds every mistake that was found, not the first alone."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def redacted(error: BaseException) -> str:
    """Return what may be said of any exception: our own text, or only the class name of a stranger's."""
    return str(error) if isinstance(error, HervatError) else type(error).__name__
