"""The quarterly CBS delivery as a flow: it is prepared only when the gate is open at this moment."""

from typing import Any

from prefect import flow, get_run_logger

from flows.artifacts import remind, warn
from flows.ending import ended
from flows.naming import named
from flows.nightly import a_day, directory
from flows.redacting import redacting
from hervat.delivery import FIRST, ended_before
from hervat.errors import HervatError
from hervat.night import Night
from hervat.today import today
from tasks.compose import Installation
from tasks.conduct import DONE, FAILED, WAITS
from tasks.deliver import Delivered, deliver


@flow(name="cbs-delivery", flow_run_name=named("cbs", "quarter", lambda: str(today())), persist_result=False)
@redacting
def cbs_delivery(
    quarter: str | None = None, municipality: str | None = None, config: str | None = None, as_of: str | None = None
) -> Any:
    """Prepare the delivery of a quarter (default: the last ended). Blocked is Completed with a warning artifact."""
    installation = Installation(directory(config))
    asked = [one for one in installation.municipalities(municipality) if one.cbs]
    nights = [installation.night(one, a_day(as_of), origin="prefect") for one in asked]
    status, errors = DONE, list[str]()
    for wanted, group in by_quarter(nights, quarter).items():
        for one in _delivered(group, wanted, errors):
            remind(one.night, wanted)
            errors += one.prepared.errors
            status = status if _written(one) else WAITS
    return ended(FAILED if errors else status, errors)


def by_quarter(nights: list[Night], quarter: str | None) -> dict[str, list[Night]]:
    """Return the nights by the quarter that each delivers: the one given, else the last that ended, from 2022Q1 on."""
    found: dict[str, list[Night]] = {}
    for night in nights:
        found.setdefault(quarter or max(FIRST, ended_before(night.as_of)), []).append(night)
    return found


def _delivered(nights: list[Night], quarter: str, errors: list[str]) -> list[Delivered]:
    try:
        return list(deliver(nights, quarter))
    except HervatError as error:
        errors.append(str(error))
        return []


def _written(one: Delivered) -> bool:
    """Tell what came of a delivery: in the log, or as a warning."""
    code, prepared = one.night.code, one.prepared
    if prepared.written:
        get_run_logger().info(f"{code}: {prepared.records} records written")
        return True
    lines = [f"{r['code']}: {r['count']}" for r in prepared.gate["reasons"] if not r.get("accepted")]
    lines += [line for stop in prepared.stops if not stop.accepted for line in stop.lines]
    warn(f"gate-{code}", "The CBS delivery is blocked", lines)
    return False
