"""The gemeente in its letters to third parties and suppliers: contact, and extra requests."""

from typing import Annotated

from pydantic import StringConstraints

from hervat.settings.base import Strict

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
