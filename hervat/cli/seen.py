"""What stands in the local systems at this moment, for commands that list it: all municipalities, one look each."""

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
    """Return the lines that are found in each municipality, with its code, and what could not be read."""
    from hervat.delivery import look_at_systems
    from tasks.installation import Installation

    installation = Installation(config)
    shown: list[Line] = []
    errors: list[str] = []
    for night in installation.nights(municipality, day(as_of), origin="list"):
        facts = look_at_systems(night)
        errors += facts.errors
        with night.register.session() as session:
            shown += [{"municipality": night.code, **line} for line in found(session, night, facts)]
    return shown, errors


def tell_errors(errors: list[str]) -> bool:
    """Print what could not be read; return whether there was anything."""
    for text in errors:
        tell_error(text)
    return bool(errors)
