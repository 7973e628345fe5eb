"""The quarterly CBS delivery: prepared if the gate is open, acceptance of what stops it, the portal's receipt."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from hervat.delivery import FIRST, Correction, ended_before
from hervat.errors import HervatError
from hervat.flows.artifacts import blocked, delivered, remind
from hervat.flows.forms import LAST_ENDED, TODAY, Day, pasted
from hervat.flows.installed import ALL, chosen_municipalities, decision_night, directory, installation
from hervat.flows.runs import final_state, redact_errors, run_log
from hervat.night import Night
from hervat.tasks.decide import accept_for_delivery, confirm_delivery
from hervat.tasks.deliver import Delivered, deliver, delivering, delivery_nights, read_correction
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


Code = Literal[
    "standing_elsewhere",
    "plan_waits",
    "supplier_unconfirmed",
    "orphans",
    "parked_in_records",
    "delivered_corrected",
    "bounds",
    "rules",
]


@flow(name="cbs-accept", flow_run_name="cbs-accept-{quarter}-{code}", persist_result=False)
@redact_errors
def cbs_accept(
    quarter: str,
    code: Code,
    reason: str,
    by: str = "",
    signature: str = "",
    municipality: str = "",
    as_of: Day = TODAY,
) -> Any:
    """Accept what stops a delivery. A reason of the gate takes two persons, each with a run of this form.

    Args:
        quarter: The quarter of the delivery, such as 2022Q1.
        code: The reason of the gate that you accept, or `bounds` or `rules` for records that break those.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name, where the gemeente has no approvers file. It goes into the journal.
        signature: Where it has one, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
        as_of: The day that it is about; left out, today.
    """
    night, sign = decision_night(municipality, as_of), pasted(signature)
    lines, _ = accept_for_delivery(night, quarter, code, by, reason, also_last=as_of is None, sign=sign)
    message = "; ".join([f"accepted {code} for {quarter}", *lines])
    get_run_logger().info(message)
    return Completed(message=message)


@flow(name="cbs-confirm", flow_run_name="cbs-confirm-{quarter}", persist_result=False)
@redact_errors
def cbs_confirm(quarter: str, receipt: str, by: str, municipality: str = "") -> Any:
    """Record that a delivery was put on the portal of CBS.

    Args:
        quarter: The quarter of the delivery, such as 2022Q1.
        receipt: The receipt that the portal gave.
        by: Your name. It goes into the journal.
        municipality: Code of the municipality; may be left out where there is one.
    """
    code = None if municipality in ("", ALL) else municipality
    nights = delivery_nights(delivering(directory(), code), code, None, quarter)
    confirm_delivery(nights, quarter, receipt, by)
    message = f"confirmed {quarter} for {', '.join(night.code for night in nights)}"
    get_run_logger().info(message)
    return Completed(message=message)
