"""Earlier deliveries: the one to compare with, the one that is corrected, and where its file is."""

from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hervat.delivery.job import XML, Correction, Job
from hervat.delivery.package.manifest import sha256
from hervat.errors import UsageError
from hervat.register.models import Delivery

_SHORTEST = 8  # signs of a SHA-256


def last(session: Session, code: str, quarter: str) -> Delivery | None:
    """Return the last delivery that was written for a quarter."""
    return session.scalars(_of(code).where(Delivery.quarter == quarter).limit(1)).first()


def delivered(session: Session, code: str, quarter: str) -> bool:
    """True if a delivery of the quarter has the portal's receipt."""
    return any(row.receipt for row in session.scalars(_of(code).where(Delivery.quarter == quarter)))


def before(session: Session, code: str, quarter: str) -> Delivery | None:
    """Return the delivery of an earlier quarter to compare with: the last one, preferably with a receipt."""
    query = select(Delivery).where(
        Delivery.municipality == code, Delivery.quarter < quarter, Delivery.figures.is_not(None)
    )
    ordered = query.order_by(Delivery.quarter.desc(), Delivery.receipt.is_(None), Delivery.id.desc())
    return session.scalars(ordered.limit(1)).first()


def corrected(session: Session, job: Job, correction: Correction) -> Delivery:
    """Return the delivery that is corrected. Raises UsageError if there is none."""
    of = correction.of.strip()
    rows = list(session.scalars(_of(job.night.code).where(Delivery.quarter == job.quarter)))
    matches = [
        row for row in rows if of and (row.receipt == of or (len(of) >= _SHORTEST and row.digest.startswith(of)))
    ]
    if not matches:
        raise UsageError(
            f"{job.night.code} has no delivery of {job.quarter} with this receipt or SHA-256; see `hervat cbs list`"
        )
    return matches[0]


def kept_in(directory: Path, digest: str) -> Path:
    """Return the folder for a delivery that a correction replaces."""
    return directory / f"vorige-{digest[:12]}"


def file_of(directory: Path, digest: str) -> Path | None:
    """Return the file of an earlier delivery; None if it is gone or was changed."""
    for folder in (directory, kept_in(directory, digest)):
        path = folder / XML
        if path.is_file() and sha256(path) == digest:
            return path
    return None


def _of(code: str) -> Select[Delivery]:
    return select(Delivery).where(Delivery.municipality == code).order_by(Delivery.id.desc())
