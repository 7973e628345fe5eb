"""The reminder of a quarter's deadline at CBS, in Dutch; none once it is delivered."""

from datetime import date

from hervat.delivery.package import earlier
from hervat.delivery.quarters import FIRST, deadline, peildatum
from hervat.night import Night
from hervat.register.models import Delivery


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
