"""What the doctor found, and how one check of his is tried without keeping the others from being tried."""

from collections.abc import Callable
from dataclasses import dataclass, field

from hervat.errors import redacted


@dataclass
class Findings:
    """What would fail tonight, what is unwise, and what is merely good to know; a line names the thing and the mend."""

    failing: list[str] = field(default_factory=list)
    unwise: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, what: str, found: "Findings") -> None:
        """Take over what a check of `what` found."""
        self.failing += [_said(what, text) for text in found.failing]
        self.unwise += [_said(what, text) for text in found.unwise]
        self.notes += [_said(what, text) for text in found.notes]


Check = Callable[[], Findings]


def tried(check: Check) -> Findings:
    """Return what a check finds; what it raises is what would fail."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - the doctor tries the rest too
        return Findings([redacted(error)])


def _said(what: str, text: str) -> str:
    """Return a line of the doctor's; an error that begins with the thing's own name does not say it twice."""
    name = what.partition(" ")[2]
    return f"{what}: {text.removeprefix(f'{name}: ')}"
