"""What follows a delivery: the portal's receipt, the quarters that have one, and the reminder of a deadline."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hervat.attribution import Signed, named, one_line
from hervat.delivery.package import earlier
from hervat.delivery.quarters import FIRST, checked, deadline, peildatum
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


def reminder(night: Night, quarter: str) -> list[str]:
    """Return a title and what to do; empty before the quarter has ended, when it has its receipt, and before 2022Q1."""
    if quarter < FIRST or night.as_of <= peildatum(quarter):
        return []
    with night.register.session() as session:
        last = earlier.last(session, night.code, quarter)
    if last is not None and last.receipt is not None:
        return []
    return [_title(quarter, night.as_of), _to_do(quarter, last)]


def _title(quarter: str, day: date) -> str:
    from hervat.dutch import amount, long_day, quarter_text

    last = deadline(quarter)
    left = (last - day).days
    many = amount(abs(left), "dag", "dagen")
    when = f"over {many}" if left > 0 else "vandaag" if left == 0 else f"{many} te laat"
    return f"De levering van {quarter_text(quarter)} moet uiterlijk {long_day(last)} bij het CBS zijn ({when})"


def _to_do(quarter: str, last: Delivery | None) -> str:
    from hervat.dutch import amount, with_prefect

    if last is None:
        return with_prefect(
            f"Er is nog geen levering gemaakt. Maak de levering met `hervat cbs prepare --quarter {quarter}`."
        )
    confirm = f"`hervat cbs confirm --quarter {quarter} --receipt KENMERK --by NAAM`"
    how = f"Zet het bestand op het portaal van het CBS. Leg daarna de ontvangst vast: {confirm}."
    return with_prefect(f"De levering is gemaakt ({amount(last.records, 'record', 'records')}). {how}")
