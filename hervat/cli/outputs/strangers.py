"""The JSON of `hervat strangers`."""

from datetime import date

from hervat.settings import Strict


class StrangerJson(Strict):
    """A person in a local system without a valid signal."""

    municipality: str
    """The gemeentecode."""
    person: int | None
    """The person's number; null before a night has given one."""
    kind: str
    """unseen, orphan, or left (gone from the systems while parties wait)."""
    systems: list[str]
    """The local systems."""
    since: date | None
    """Since when."""
    decided: str | None
    """What a first person decided: ours, or not ours."""
    by: str | None
    """Who that was."""


class StrangersJson(Strict):
    """`hervat strangers list`."""

    strangers: list[StrangerJson]
    """The strangers."""
    errors: list[str]
    """What could not be read."""


class DecidedStrangerJson(Strict):
    """`hervat strangers decide`."""

    person: int
    """The person's number."""
    ours: bool
    """Whether the person is the gemeente's."""
    waits: bool
    """Whether it counts only once another person says so."""
