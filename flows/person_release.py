"""Release a person who is on hold. It takes two persons."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.tasks.decide import release_person


@flow(name="person-release", flow_run_name="release-{person}", persist_result=False)
@redact_errors
def person_release(person: int, reason: str, by: str = "", signature: str = "", municipality: str = "") -> Any:
    """Release a person from every hold; the next night plans for them again. Waits: a second person must too.

    Args:
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        municipality: Code of the municipality; may be left out where there is one.
    """
    released = release_person(decision_night(municipality), person, by, reason, sign=pasted(signature))
    message = f"person {person} is released" if released else f"person {person} is on hold until another releases them"
    get_run_logger().info(message)
    return Completed(message=message) if released else Completed(name="Waits", message=message)
