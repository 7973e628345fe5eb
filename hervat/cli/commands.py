"""Every command: each file here registers its own with the app when it is imported."""

from hervat.cli import (  # noqa: F401
    alerts,
    answers,
    cbs,
    cleaning,
    evidence,
    footprint,
    intake,
    nights,
    notices,
    optin,
    quarantine,
    refill,
    setup,
    strangers,
    vault,
)
from hervat.cli.app import app

__all__ = ["app"]
