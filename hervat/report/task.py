"""A task for a person on the report, and the roles that tasks are for."""

from dataclasses import dataclass
from datetime import date

from hervat.dutch import deployments_in, with_prefect
from hervat.status import Overview

PRIVACY = "Privacy officer"
APPROVER = "Privacy officer of applicatiebeheerder"
ENGINEER = "Data engineer"
CONSULENT = "Consulent inburgering"
APPLICATION = "Applicatiebeheerder"
DELIVERER = "Medewerker die aan het CBS levert"


@dataclass(frozen=True)
class Task:
    """A task: what, by whom, until when (None: no fixed day), and how; commands are between backticks."""

    what: str
    who: str
    before: date | None
    how: str

    @property
    def deployments(self) -> tuple[str, ...]:
        """The Prefect deployments that do what the commands do."""
        return deployments_in(self.how)

    @property
    def way(self) -> str:
        """How, with the deployments named after the commands."""
        return with_prefect(self.how)


def accept_command(overview: Overview, code: str) -> str:
    """Return the command that accepts a reason of the gate."""
    return f"`hervat cbs accept --quarter {overview.quarter} --code {code} --by NAAM --reason REDEN`"
