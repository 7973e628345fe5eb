"""A notice that did not arrive goes out again: the same bytes."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import final_state, redact_errors
from hervat.flows.installed import decision_night
from hervat.tasks.decide import resend_notice
from hervat.tasks.run import FAILED, WAITS


@flow(name="notice-resend", flow_run_name="notice-resend-{number}", persist_result=False)
@redact_errors
def notice_resend(number: str, by: str) -> Any:
    """Send a notice again, now, after the problem at the party's address is fixed.

    Args:
        number: The number of the notice, such as 0000-20220301-0001; the report shows it.
        by: Your name. It goes into the journal.
    """
    night = decision_night(number[:4])
    if resend_notice(night, number, by):
        get_run_logger().info(f"sent {number} again")
        return Completed(message=f"sent {number} again")
    return final_state(FAILED if night.errors else WAITS, night.errors, [f"{number} did not go", *night.attention])
