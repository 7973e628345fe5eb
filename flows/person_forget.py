"""Forget a person: end all that hervat holds about them (AVG 17). It takes two persons."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.errors import UsageError
from hervat.flows.final_state import redact_errors
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.upkeep import forget_person


@flow(name="person-forget", flow_run_name="forget-{person}", persist_result=False)
@redact_errors
def person_forget(person: int, reason: str, by: str = "", signature: str = "", municipality: str = "") -> Any:
    """Forget a person, which can't be undone. Waits: a second person must agree; that one does it.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        reason: Why, such as the number of the request. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    outcome = forget_person(decision_night(municipality), person, None, by, reason, pasted(signature))
    if outcome is None:
        raise UsageError("hervat holds nothing about this person; nothing was done")
    if outcome.open:
        raise UsageError(f"refused, for something is open: {'; '.join(outcome.open)}")
    if outcome.state == "waits":
        message = f"{outcome.agreed_by} agreed to forget person {person}, with {len(outcome.destroys)} objects of the "
        message += "vault, whole; another person must record the same"
        get_run_logger().info(message)
        return Completed(name="Waits", message=message)
    message = f"person {person} is forgotten: {sum(outcome.ended.values())} rows, {len(outcome.removed)} files"
    get_run_logger().info(message)
    for left in outcome.by_hand:
        get_run_logger().warning(f"left, for a person: {left}")
    return Completed(message=message)
