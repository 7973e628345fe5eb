"""Notices: a party's answer that a person records, and one that did not arrive sent again."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.forms import TODAY, Day
from hervat.flows.installed import decision_night
from hervat.flows.runs import final_state, redact_errors
from hervat.tasks.decide import confirm_notice, resend_notice
from hervat.tasks.run import FAILED, WAITS


@flow(name="notice-confirm", flow_run_name="notice-confirm-{number}", persist_result=False)
@redact_errors
def notice_confirm(
    number: str,
    status: Literal["received", "done", "partly", "refused"],
    by: str,
    reason: str = "",
    day: Day = TODAY,
) -> Any:
    """Record what a party said of a notice, on the telephone or in a letter.

    Args:
        number: The number of the notice, such as 0000-20220301-0001; the report shows it.
        status: What the party said - received, done, partly done, or refused.
        by: Your name. It goes into the journal.
        reason: Why partly or refused. Leave personal data out.
        day: The day of the answer; left out, today.
    """
    new = confirm_notice(decision_night(number[:4]), number, status, day, by, reason or None)
    message = f"recorded for {number}" if new else f"{number}: that was known"
    get_run_logger().info(message)
    return Completed(message=message)


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
