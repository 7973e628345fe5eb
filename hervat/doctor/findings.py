"""The findings of the doctor, and running one check so that its failure does not stop the others."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hervat.errors import redacted


@dataclass
class Findings:
    """What would fail tonight, what is unwise, and what is good to know; a line names the thing and the fix."""

    failing: list[str] = field(default_factory=list)
    unwise: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, what: str, found: "Findings") -> None:
        """Add the findings of a check of `what`."""
        self.failing += [_line(what, text) for text in found.failing]
        self.unwise += [_line(what, text) for text in found.unwise]
        self.notes += [_line(what, text) for text in found.notes]


Check = Callable[[], Findings]


def attempt(check: Check) -> Findings:
    """Return the findings of a check; an exception becomes a failure."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - the doctor tries the rest too
        return Findings([redacted(error)])


def _line(what: str, text: str) -> str:
    """Return a line of the doctor's; an error that begins with the name does not repeat it."""
    name = what.partition(" ")[2]
    return f"{what}: {text.removeprefix(f'{name}: ')}"
