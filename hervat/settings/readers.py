"""Which groups of the machine may read what is written for them; without a group only hervat's own account may."""

from typing import Annotated

from pydantic import StringConstraints

from hervat.settings.base import Strict

Group = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
"""The name of a group of the machine."""


class Readers(Strict):
    """A group for each kind of output; hervat's account must be a member of it to give it files."""

    report: Group | None = None
    """Who reads the reports and the register of incidents: the privacy officer."""
    worklist: Group | None = None
    """Who reads the worklist: the klantmanagers."""
    cbs: Group | None = None
    """Who uploads the delivery to CBS."""
    destruction: Group | None = None
    """Who keeps the verklaringen van vernietiging."""
