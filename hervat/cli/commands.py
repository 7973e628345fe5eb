"""Every command: each file here registers its own with the app when it is imported."""

from hervat.cli import (
    account,
    alerts,
    answers,
    cbs,
    cleaning,
    evidence,
    footprint,
    incidents,
    intake,
    journal,
    nights,
    notices,
    optin,
    person,
    person_forget,
    person_hold,
    person_split,
    quarantine,
    refill,
    register,
    retention,
    schema,
    setup,
    strangers,
    vault,
)
from hervat.cli.app import app

__all__ = ["GROUPS", "app"]

GROUPS = (
    account, alerts, answers, cbs, cleaning, evidence, footprint, incidents, intake, journal, nights, notices,
    optin, person, person_forget, person_hold, person_split, quarantine, refill, register, retention, schema, setup,
    strangers, vault,
)  # fmt: skip
"""The files of commands: named here, so that none of them is taken for an unused import."""
