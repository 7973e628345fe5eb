"""A person on hold: nobody erases them meanwhile (AVG 18 and 21). It takes two persons, and counts from the first."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import TODAY, Day, pasted
from hervat.flows.installed import decision_night
from hervat.person import HoldTerms
from hervat.tasks.decide import put_on_hold


@flow(name="person-hold", flow_run_name="hold-{person}", persist_result=False)
@redact_errors
def person_hold(
    person: int,
    ground: Literal["18", "21"],
    reason: str,
    by: str = "",
    signature: str = "",
    until: Day = TODAY,
    municipality: str = "",
) -> Any:
    """Put a person on hold: no plan and no supplier erases them. Waits: a second person must confirm it.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        ground: The article of the AVG - 18 is restriction of processing, 21 is an objection.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        until: The last day; left out, until two persons release them.
        municipality: Code of the municipality; may be left out where there is one.
    """
    terms = HoldTerms(ground, until or None)
    confirmed = put_on_hold(decision_night(municipality), person, terms, by, reason, pasted(signature))
    message = f"person {person} is on hold ({terms})"
    if not confirmed:
        message += "; it counts already, and another person must record the same"
    get_run_logger().info(message)
    return Completed(message=message) if confirmed else Completed(name="Waits", message=message)
