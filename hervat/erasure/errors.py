"""The errors of the engine, and `translated_errors`: a driver's exception, which may hold values, becomes one of them.

CleaningError
  LockedError         another run is cleaning the system; try again
  ChangedError        the plan is outdated; make a new one
  BlockedError        the plan can't be executed as it is
  ConservationError   more or less than planned would change; rolled back
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from hervat.databases import LocalSystemError
from hervat.driver_errors import hidden_by, unconnected


class CleaningError(LocalSystemError):
    """A local system could not be cleaned. The message names the system and the table or column, never a value."""


class LockedError(CleaningError):
    """Another run is cleaning this system."""


class ChangedError(CleaningError):
    """What would be done now differs from what was approved: a new plan is needed."""


class BlockedError(CleaningError):
    """The plan can't be executed: for example, rows point in by a key that may not be null."""


class ConservationError(CleaningError):
    """Other rows than planned would have changed; everything was rolled back."""


@contextmanager
def translated_errors(system: str, doing: str) -> Iterator[None]:
    """Replace a driver's exception by a CleaningError with the system, the step, and names only, no values."""
    try:
        yield
    except (SQLAlchemyError, psycopg.Error, OSError) as error:  # COPY goes past SQLAlchemy; its error repeats the row
        original: Any = getattr(error, "orig", None) or error
        why = unconnected(error)
        message = f"no connection to the database ({{}}); {why}" if why else "the database refused ({})"
        message = hidden_by(error) or message.replace("{}", _summary(original))
        raise CleaningError(f"system {system}: {doing}: {message}") from None


def _summary(original: Any) -> str:
    parts = [type(original).__name__]
    parts.append(getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None) or "")
    number = original.args[0] if getattr(original, "args", None) else None
    parts.append(f"error {number}" if isinstance(number, int) and not isinstance(original, OSError) else "")
    diagnosis = getattr(original, "diag", None)
    for kind in ("table", "column", "constraint"):
        name = getattr(diagnosis, f"{kind}_name", None)
        parts.append(f"{kind} {name}" if name else "")
    return ", ".join(part for part in parts if part)
