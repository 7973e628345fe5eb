"""Look once at the local systems of every municipality, for commands that list what is in them."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hervat.cli.shared import day, tell_error

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hervat.delivery import GateFacts
    from hervat.night import Night

Line = dict[str, Any]
Found = Callable[["Session", "Night", "GateFacts"], list[Line]]


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
