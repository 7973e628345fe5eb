"""A person in a system without a valid signal: the gemeente's, or not. It takes two persons to decide."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.tasks.decide import decide_stranger


@flow(name="strangers-decide", flow_run_name="stranger-{person}", persist_result=False)
@redact_errors
def strangers_decide(
    person: int,
    decision: Literal["ours", "not ours"],
    reason: str,
    by: str = "",
    signature: str = "",
    municipality: str = "",
) -> Any:
    """Record whether a person is the gemeente's. Waits: it counts once another person records the same.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        decision: ours counts as reported by DUO. not ours erases in every system, and notifies the parties with data.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night, ours = decision_night(municipality), decision == "ours"
    counts = decide_stranger(night, person, ours, by, reason, pasted(signature))
    message = f"recorded {decision} for person {person}"
    if not counts:
        message += "; it counts once another person records the same"
    get_run_logger().info(message)
    return Completed(message=message) if counts else Completed(name="Waits", message=message)
