"""Which law holds for a person: a choice (opt-in), or the end of a dispute."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import TODAY, Day, Law, pasted
from hervat.flows.installed import decision_night
from hervat.tasks.decide import record_kennisgeving, record_law


@flow(name="optin-record", flow_run_name="optin-{person}", persist_result=False)
@redact_errors
def optin_record(
    person: int,
    law: Law,
    reason: str,
    by: str = "",
    signature: str = "",
    day: Day = TODAY,
    kennisgeving: Day = TODAY,
    municipality: str = "",
) -> Any:
    """Record which law holds for a person: their own choice, or your decision where signals contradict each other.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        law: The law that holds for this person.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers and the weeks for a choice are over, the whole signature. A run without it
            shows the text to sign, and how.
        day: The day of the choice or decision; left out, today.
        kennisgeving: For a choice - the day of the wrong kennisgeving, when it was not recorded before.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    if kennisgeving:
        record_kennisgeving(night, person, kennisgeving, by)
    counts = record_law(night, person, law, day or night.as_of, by, reason, pasted(signature))
    message = f"recorded {law} for person {person}"
    if not counts:
        message += "; the weeks for a choice are over, so it counts once another person records the same"
    get_run_logger().info(message)
    return Completed(message=message) if counts else Completed(name="Waits", message=message)
