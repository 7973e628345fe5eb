"""Third parties, the queries for who received whose data (disclosures), and the gemeente in its letters to them."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from hervat.settings.base import FilePath, Name, Strict
from hervat.settings.channels import Channel

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class Contact(Strict):
    """The contact in a letter: a person or a team, and a telephone number."""

    name: Line
    """A person or a team."""
    telephone: Line
    """The telephone number."""


class Letters(Strict):
    """What a gemeente asks in its letters besides what must be asked."""

    wi2013_wait: bool = False
    """Whether a correction also asks to start nothing under the Wi2013 yet (handreiking 4.3)."""


class Disclosure(Strict):
    """A query on a local system with the columns bsn, partij, kenmerk and verstrekt_op."""

    system: str
    """The local system that is asked."""
    query: str
    """The query, with the columns bsn, partij, kenmerk and verstrekt_op."""


class Party(Strict):
    """A third party; without a certificate it gets no BSN (only the kenmerk under which it knows the person)."""

    name: Name
    """The party's name, as it is in the column partij."""
    role: str = ""
    """What the party does, such as taalaanbieder."""
    identifier: Literal["bsn", "reference"] = "reference"
    """What this party may see of a person: the BSN, or the kenmerk alone."""
    certificate: FilePath | None = None
    """The certificate for which notices are encrypted; without one the party gets no BSN."""
    channel: Channel
    """The way to the party."""
    remind_after_days: int = Field(default=14, ge=1)
    """Every so many days a notice without an answer is sent again."""
    escalate_after_days: int | None = Field(default=None, ge=1)
    """After how many days without an answer a person is asked to call; left out: twice `remind_after_days`."""

    @model_validator(mode="after")
    def _terms(self) -> Self:
        if self.escalation <= self.remind_after_days:
            raise ValueError("escalate_after_days must be more than remind_after_days")
        receipts = self.channel.receipts
        if receipts and receipts.unsigned == "refuse" and not self.certificate:
            raise ValueError(
                "receipts: without a certificate no signature can be verified; add one or write unsigned: accept"
            )
        return self

    @property
    def escalation(self) -> int:
        """After how many days without an answer a person is asked to call."""
        return self.escalate_after_days or 2 * self.remind_after_days

    @property
    def mark(self) -> Literal["bsn", "reference"]:
        """What this party's notices name a person by."""
        return "bsn" if self.identifier == "bsn" and self.certificate else "reference"
