"""Confirmation of an upload: the portal's receipt, and the quarters that are delivered by it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, named, one_line
from hervat.delivery.package import earlier
from hervat.delivery.quarters import checked, deadline
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Delivery


def confirm(night: Night, quarter: str, receipt: str, by: str) -> None:
    """Record the portal's receipt for the last delivery written for a quarter.

    Raises UsageError if none was written, or it has a receipt already.
    """
    confirm_all([night], quarter, receipt, by)


def confirm_all(nights: Sequence[Night], quarter: str, receipt: str, by: str) -> None:
    """Record the receipt for every gemeente in the file, or for none."""
    who, mark = named(by), one_line(receipt, "the receipt")
    if not mark:
        raise UsageError("give the portal's receipt with --receipt")
    with nights[0].register.session() as session:
        for night in nights:
            _confirm(session, night, checked(quarter), mark, who)


def _confirm(session: Session, night: Night, quarter: str, receipt: str, who: Signed) -> None:
    row = earlier.last(session, night.code, quarter)
    if row is None:
        raise UsageError(f"no delivery was written for {quarter}; `hervat cbs prepare` writes one")
    if row.receipt is not None:
        raise UsageError(f"the delivery of {quarter} has a receipt already, of {row.confirmed_on}")
    row.receipt, row.confirmed_by, row.confirmed_on = receipt, who.by, night.as_of
    detail = f"receipt noted, sha256 {row.digest}"
    night.record(session, "cbs delivered", quarter, detail, by=who)


def delivered(session: Session, municipality: str) -> set[str]:
    """Return the quarters with a recorded receipt."""
    query = select(Delivery.quarter).where(Delivery.municipality == municipality, Delivery.receipt.is_not(None))
    return set(session.scalars(query))


def deliveries(session: Session, municipality: str) -> list[dict[str, Any]]:
    """Return the written deliveries, newest first, each with its proof."""
    query = select(Delivery).where(Delivery.municipality == municipality).order_by(Delivery.id.desc())
    return [_shown(row) for row in session.scalars(query)]


def _shown(row: Delivery) -> dict[str, Any]:
    return {
        "quarter": row.quarter,
        "deadline": str(deadline(row.quarter)),
        "written_on": row.written_on,
        "records": row.records,
        "sha256": row.digest,
        "receipt": row.receipt,
        "confirmed_by": row.confirmed_by,
        "confirmed_on": row.confirmed_on,
        "corrects": row.corrects,
        "reason": row.reason,
        "changes": row.changes,
        "figures": row.figures,
        "proof": row.proof,
        "remembers": row.remembers,
    }
