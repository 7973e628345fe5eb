"""The errors of cleaning, and the guard that turns a driver's exception (it can hold values) into one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases import LocalSystemError
from hervat.driver_errors import hidden_by, unconnected


class CleaningError(LocalSystemError):
    """A local system could not be cleaned; the text names the system and the thing, never a value."""


class LockedError(CleaningError):
    """Another run is cleaning this system at this moment."""


class ChangedError(CleaningError):
    """What was approved is not what would be done now: a new plan is needed."""


class BlockedError(CleaningError):
    """The plan stops: something points into what would be erased and may not be null."""


class ConservationError(CleaningError):
    """Something other than the plan's rows would have changed; everything was rolled back."""


@contextmanager
def guarded(system: str, doing: str) -> Iterator[None]:
    """Let no driver's text through: raise CleaningError with the system, the step, and names of things only."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, OSError) as error:  # COPY goes past SQLAlchemy; its error repeats the row
        original: Any = getattr(error, "orig", None) or error
        why = unconnected(error)
        said = f"no connection to the database ({{}}); {why}" if why else "the database refused ({})"
        told = hidden_by(error) or said.replace("{}", _named(original))
        raise CleaningError(f"system {system}: {doing}: {told}") from None


def _named(original: Any) -> str:
    parts = [type(original).__name__]
    parts.append(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
    number = original.args[0] if getattr(original, "args", None) else None
    parts.append(f"error {number}" if isinstance(number, int) and not isinstance(original, OSError) else "")
    diagnosis = getattr(original, "diag", None)
    for what in ("table", "column", "constraint"):
        name = getattr(diagnosis, f"{what}_name", None)
        parts.append(f"{what} {name}" if name else "")
    return ", ".join(part for part in parts if part)
