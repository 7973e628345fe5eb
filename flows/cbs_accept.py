"""Acceptance of what stops a delivery: a reason of the gate (by two persons), or bounds and rules (by one)."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import TODAY, Day, pasted
from hervat.flows.installed import decision_night
from hervat.tasks.decide import accept_for_delivery

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
