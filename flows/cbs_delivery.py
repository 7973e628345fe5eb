"""The quarterly CBS delivery as a flow: it is prepared only when the gate is open at this moment."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from hervat.delivery import FIRST, Correction, ended_before
from hervat.errors import HervatError
from hervat.flows.artifacts import blocked, delivered, remind
from hervat.flows.final_state import final_state, redact_errors
from hervat.flows.forms import LAST_ENDED, TODAY, Day
from hervat.flows.installed import ALL, chosen_municipalities, installation
from hervat.flows.run_log import run_log
from hervat.night import Night
from hervat.tasks.deliver import Delivered, deliver, read_correction
from hervat.tasks.run import DONE, FAILED, WAITS
from hervat.today import today


def _run_name() -> str:
    given = flow_run.parameters.get("quarter")
    return f"cbs-{ended_before(today()) if given in (None, '', LAST_ENDED) else given}"


@flow(name="cbs-delivery", flow_run_name=_run_name, persist_result=False)
@redact_errors
def cbs_delivery(
    quarter: str = LAST_ENDED, municipality: str = ALL, as_of: Day = TODAY, correction_of: str = "", reason: str = ""
) -> Any:
    """Prepare the delivery of a quarter if the gate is open. A blocked one ends as Waits, with the reasons.

    Args:
        quarter: The quarter to deliver, such as 2022Q1; by default the last that ended.
        municipality: Code of the municipality; all of them by default.
        as_of: The day to deliver for; left out, today.
        correction_of: Of a correction: the receipt, or the SHA-256, of the delivery that it corrects.
        reason: Of a correction: why. It goes into the journal, so leave personal data out.
    """
    installed = installation(municipality)
    asked = [configured for configured in chosen_municipalities(installed, municipality) if configured.cbs]
    nights = [installed.night(configured, as_of, origin="prefect", log=run_log()) for configured in asked]
    correction = read_correction(nights, correction_of or None, reason or None)
    errors, waits = list[str](), list[str]()
    for wanted, group in by_quarter(nights, None if quarter in ("", LAST_ENDED) else quarter).items():
        for delivery in _delivered(group, wanted, correction, errors):
            remind(delivery.night, wanted)
            errors += delivery.prepared.errors
            if not _written(delivery, wanted):
                waits.append(f"{delivery.night.code}: the delivery of {wanted} is blocked")
    return final_state(FAILED if errors else WAITS if waits else DONE, errors, waits)


def by_quarter(nights: list[Night], quarter: str | None) -> dict[str, list[Night]]:
    """Return the nights by the quarter that each delivers: the one given, else the last that ended, from 2022Q1 on."""
    found: dict[str, list[Night]] = {}
    for night in nights:
        found.setdefault(quarter or max(FIRST, ended_before(night.as_of)), []).append(night)
    return found


def _delivered(nights: list[Night], quarter: str, correction: Correction | None, errors: list[str]) -> list[Delivered]:
    try:
        return list(deliver(nights, quarter, correction))
    except HervatError as error:
        errors.append(str(error))
        return []


def _written(delivery: Delivered, quarter: str) -> bool:
    """Report the outcome of a delivery: in the log, or as a warning."""
    if delivery.report:
        get_run_logger().warning(delivery.report)
    if delivery.prepared.written:
        get_run_logger().info(f"{delivery.night.code}: {delivery.prepared.records} records written")
        delivered(delivery.night, quarter, delivery.prepared)
        return True
    blocked(delivery.night, quarter, delivery.prepared)
    return False
