"""Who did something and why: the one check on text that a person types and that goes into the journal.

The journal can't be corrected, so a BSN in a name or a reason is refused here (rule 7), for every command, form and
worklist. The result is a `Signed`; the journal takes a person's text in no other form.
"""

from dataclasses import dataclass, field
from datetime import datetime

from hervat.bsn import stands_in
from hervat.errors import UsageError

_LONGEST = 500


@dataclass(frozen=True)
class VerifiedSignature:
    """A signature that was verified: of which decision (content: canonical JSON), in which role, by which key.

    at: when it was verified, in UTC; it comes before what is decided.
    """

    action: str
    thing: str
    role: str
    content: str
    signature: str
    fingerprint: str
    at: datetime


@dataclass(frozen=True)
class Signed:
    """A person's name and reason ("" if none is needed), each on one line. Make it with `named` or `signed`.

    proof: their signature, if they decided by one (`hervat.signing.confirmed`); `Night.record` keeps it.
    Raises UsageError for an empty name, a BSN in either, or more than 500 characters.
    """

    by: str
    reason: str = ""
    proof: VerifiedSignature | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", one_line(self.by, "the name"))
        object.__setattr__(self, "reason", one_line(self.reason, "the reason"))
        if not self.by:
            raise UsageError("--by NAME is required: it goes into the journal")


def named(by: str, reason: str | None = None) -> Signed:
    """Return a name, with a reason if there is one. Raises UsageError as `Signed` does."""
    return Signed(by, reason or "")


def signed(by: str, reason: str) -> Signed:
    """Return a name and a reason. Raises UsageError as `Signed` does, and without a reason."""
    signature = named(by, reason)
    if not signature.reason:
        raise UsageError("--reason TEXT is required: it goes into the journal")
    return signature


def check_typed(by: str, reason: str) -> None:
    """Raise UsageError for a name or reason that no `Signed` takes; either may be empty, as before a signature."""
    one_line(by, "the name")
    one_line(reason, "the reason")


def one_line(text: str, name: str) -> str:
    """Return a person's text on one line. Raises UsageError if it is too long or holds a BSN. name: for the error."""
    line = " ".join(text.split())
    if stands_in(line):
        raise UsageError(f"{name} holds a BSN; write it without one (rule 7)")
    if len(line) > _LONGEST:
        raise UsageError(f"{name} is longer than {_LONGEST} characters; write it shorter")
    return line
