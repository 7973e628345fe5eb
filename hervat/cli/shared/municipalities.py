"""Commands over every municipality: read the register, look at the systems once, find the one that has something."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hervat.cli.shared.options import day
from hervat.cli.shared.screen import aside, tell_error
from hervat.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.delivery import GateFacts
    from hervat.night import Night
    from hervat.tasks.installation import Installation

Line = dict[str, Any]
Found = Callable[["Session", "Night", "GateFacts"], list[Line]]


def gathered(
    config: Path, municipality: str | None, read: Callable[["Session", str], Iterable[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return what `read` reads of the register for each municipality, with its code."""
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    items: list[dict[str, Any]] = []
    for configured in installation.municipalities(municipality):
        with installation.register.session() as session:
            items += [{"municipality": configured.code, **item} for item in read(session, configured.code)]
    return items


def first(
    installation: "Installation", municipality: str | None, find: Callable[["Night"], int | None]
) -> tuple["Night", int]:
    """Return the first municipality's night for which `find` finds a number, and the number. Raises UsageError."""
    for night in installation.nights(municipality, origin="command line", log=aside):
        number = find(night)
        if number is not None:
            return night, number
    raise UsageError("there is no such file or incident; the `list` command shows them all")


def seen_now(config: Path, municipality: str | None, as_of: str | None, found: Found) -> tuple[list[Line], list[str]]:
    """Return the lines found in each municipality, with its code, and what could not be read."""
    from hervat.delivery import look_at_systems
    from hervat.tasks.installation import Installation

    installation = Installation(config, municipality)
    shown: list[Line] = []
    errors: list[str] = []
    for night in installation.nights(municipality, day(as_of), origin="list"):
        facts = look_at_systems(night)
        errors += facts.errors
        with night.register.session() as session:
            shown += [{"municipality": night.code, **line} for line in found(session, night, facts)]
    return shown, errors


def tell_errors(errors: list[str]) -> bool:
    """Print the errors; return whether there were any."""
    for text in errors:
        tell_error(text)
    return bool(errors)
