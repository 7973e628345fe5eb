"""Load: good rows become signals. It needs the verdict of validation, for no unjudged row is loaded.

Each file is then judged as a whole: against the files before it, and against the register's copy of it. Then the
filled-in worklists are read.
"""

from datetime import timedelta

import polars as pl
from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from hervat.answers import read_answers
from hervat.errors import redacted
from hervat.expectations import validate_downloads
from hervat.expectations.checks import EXPECTED_MISSING
from hervat.intake import history, keep_results, load, selfcheck, still_expected
from hervat.night import Counts, Night
from hervat.register import LOADED
from hervat.register.models import Download, ValidationResult
from hervat.tasks.step import Step

_LATELY = timedelta(days=31)


def _load(night: Night) -> Counts:
    counts = load(night)
    try:
        _look_back(night)
    except Exception as error:  # noqa: BLE001 - the load itself succeeded
        night.error(f"what was loaded could not be looked back on: {redacted(error)}")
    return counts | read_answers(night)


def _look_back(night: Night) -> None:
    with night.register.session() as session:
        _note_missing(session, night)
        downloads = session.scalars(_not_looked_at(night)).all()
        if not downloads:
            return
        pairs = zip(history(session, night, downloads), selfcheck(session, night.code, downloads), strict=True)
        said = validate_downloads(pl.DataFrame([measures | other for measures, other in pairs]), night.quality)
        keep_results(session, night, [(text.download, text.result) for text in said])
    for text in said:
        if not text.result["success"]:
            _report(night, text.download, text.result["reason"], text.result["severity"])


def _not_looked_at(night: Night) -> Select[Download]:
    """Query: downloads of this run, and recent ones of a killed run that were not judged as a whole."""
    result = ValidationResult
    seen = select(result.id).where(result.download_id == Download.id, result.suite == "register").exists()
    lately = Download.secured_on >= night.as_of - _LATELY
    return (
        select(Download)
        .where(Download.municipality == night.code, Download.status == LOADED, lately, ~seen)
        .order_by(Download.id)
    )


def _report(night: Night, download: int, reason: str, severity: str) -> None:
    """Report a failed rule: a register that contradicts itself is an error, everything else a warning."""
    if severity == "register":
        night.error(f"register: download {download}: {reason}; restore it from its backup or ask for help")
    else:
        night.log(f"warning: download {download}: {reason}")


def _note_missing(session: Session, night: Night) -> None:
    """Record the sources that sent fewer rows than was stated; once a day."""
    reason, result = EXPECTED_MISSING[0], ValidationResult
    late = still_expected(session, night)
    session.execute(
        delete(result).where(result.municipality == night.code, result.reason == reason, result.day == night.as_of)
    )
    if late:
        said = {"suite": "history", "expectation": "expected", "reason": reason, "severity": "warning"}
        counts = {"element_count": len(late), "unexpected_count": len(late), "success": False}
        keep_results(session, night, [(None, said | counts)])
    for name in late:
        night.log(f"warning: source {name}: {reason}")


STEP = Step("load", _load, needs=("validate",))
