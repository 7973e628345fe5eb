"""Engines by drivers that are not installed with hervat."""

from importlib.util import find_spec
from typing import Any

from sqlalchemy import URL, Engine, create_engine

from hervat.errors import UsageError

LOCK_SECONDS = 30


def engine_by(driver: str, system: str, url: URL, **options: Any) -> Engine:
    """Return an engine by a driver. Raises UsageError naming the system if the driver is not installed."""
    if find_spec(driver) is None:
        kind = url.get_backend_name()
        raise UsageError(f"system {system}: {kind} needs a driver that is not installed: pip install {driver}")
    return create_engine(url.set(drivername=f"{url.get_backend_name()}+{driver}"), **options)


def untried(name: str) -> str:
    """Return the warning for a kind of database that hervat never ran against."""
    return f"hervat was never tried on a real {name} server: try it on a copy first"
