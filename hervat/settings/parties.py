"""Third parties, and the queries for who received whose data (disclosures)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from hervat.settings.base import FilePath, Name, Strict
from hervat.settings.channels import Channel


class Disclosure(Strict):
    """A query on a local system with the columns bsn, partij, kenmerk and verstrekt_op."""

    system: str
    query: str


class Party(Strict):
    """A third party; without a certificate it gets no BSN (only the kenmerk under which it knows the person).

    A notice without an answer is repeated every `remind_after_days`; after `escalate_after_days` (default: twice that)
    a person is asked to call.
    """

    name: Name
    role: str = ""
    identifier: Literal["bsn", "reference"] = "reference"
    certificate: FilePath | None = None
    channel: Channel
    remind_after_days: int = Field(default=14, ge=1)
    escalate_after_days: int | None = Field(default=None, ge=1)

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
