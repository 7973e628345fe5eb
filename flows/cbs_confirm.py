"""The receipt of a delivery that a person put on the portal of CBS."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.installed import ALL, directory
from hervat.tasks.decide import confirm_delivery
from hervat.tasks.deliver import delivering, delivery_nights


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
