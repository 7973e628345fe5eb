"""Files whose names tell a moment that does not exist: when they were made is not known, and on that all depends."""

from collections.abc import Sequence

from hervat.downloads import Format, name_facts
from hervat.pickup import Offered
from hervat.plural import plural

MEND = "give it the name with which it was made at its source, or mend name_pattern of its format"


def misnamed(offered: Sequence[Offered], form: Format) -> list[str]:
    """Return the names (with their folders) of the files whose names tell a day or time that there is not."""
    return [one.name for one in offered if name_facts(form, one.name).impossible]


def said_of(names: Sequence[str]) -> str:
    """Return what a person must know of such files."""
    files = plural(len(names), "file")
    return f"{files} with a day or time in the name that does not exist, not fetched: {', '.join(names)}; {MEND}"
