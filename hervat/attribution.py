"""Who did something and why, fit for the append-only journal: the one gate for what a person types.

The journal can't be mended afterwards, so a BSN in a name or a reason is refused here (rule 7), for every command,
form and worklist. What has passed is a `Signed`; the journal takes a person's words as nothing else.
"""

from dataclasses import dataclass

from hervat.bsn import stands_in
from hervat.errors import UsageError

_LONGEST = 500


@dataclass(frozen=True)
class Signed:
    """A person's name and reason ("" where none is asked), each one line. Make it by `named` or `signed`.

    Raises UsageError for an empty name, a BSN in either, or more than 500 characters.
    """

    by: str
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", one_line(self.by, "the name"))
        object.__setattr__(self, "reason", one_line(self.reason, "the reason"))
        if not self.by:
            raise UsageError("give your name, --by NAME: it goes into the journal")


def named(by: str, reason: str | None = None) -> Signed:
    """Return who it is, and why where that was said. Raises UsageError as `Signed` does."""
    return Signed(by, reason or "")


def signed(by: str, reason: str) -> Signed:
    """Return who it is and why. Raises UsageError as `Signed` does, and without a reason."""
    made = named(by, reason)
    if not made.reason:
        raise UsageError("say why, --reason TEXT: it goes into the journal")
    return made


def one_line(text: str, what: str) -> str:
    """Return a person's text on one line. Raises UsageError when it is too long or a BSN stands in it."""
    line = " ".join(text.split())
    if stands_in(line):
        raise UsageError(f"a BSN stands in {what}; write it without one (rule 7)")
    if len(line) > _LONGEST:
        raise UsageError(f"{what} is longer than {_LONGEST} characters; write it shorter")
    return line
