"""A person uploaded a delivery and the portal answered: its receipt, and which quarters are thereby delivered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat import journal
from hervat.delivery.quarters import checked
from hervat.errors import UsageError
from hervat.night import Night
from hervat.register.models import Delivery


def confirm(night: Night, quarter: str, receipt: str, by: str) -> None:
    """Record the portal's receipt for the last delivery that was written for a quarter.

    Raises UsageError when none was written, or it has a receipt already.
    """
    mark, name = " ".join(receipt.split()), " ".join(by.split())
    if not mark or not name:
        raise UsageError("give the portal's receipt and who uploaded: --receipt TEXT --by NAME")
    with night.register.session() as session:
        row = _last(session, night.code, checked(quarter))
        if row is None:
            raise UsageError(f"no delivery was written for {quarter}; `hervat cbs prepare` writes one")
        if row.receipt is not None:
            raise UsageError(f"the delivery of {quarter} has a receipt already, of {row.confirmed_on}")
        row.receipt, row.confirmed_by, row.confirmed_on = mark, name, night.as_of
        told = f"receipt noted, sha256 {row.digest}"
        journal.record(session, night.code, name, "cbs delivered", quarter, told, night.origin)


def delivered(session: Session, municipality: str) -> set[str]:
    """Return the quarters of which the portal's receipt is recorded."""
    wanted = select(Delivery.quarter).where(Delivery.municipality == municipality, Delivery.receipt.is_not(None))
    return set(session.scalars(wanted))


def _last(session: Session, municipality: str, quarter: str) -> Delivery | None:
    wanted = select(Delivery).where(Delivery.municipality == municipality, Delivery.quarter == quarter)
    return session.scalars(wanted.order_by(Delivery.id.desc()).limit(1)).first()
