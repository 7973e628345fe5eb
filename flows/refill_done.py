"""An erased and reinstated person was filled in again at a supplier's."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.installed import decision_night
from hervat.tasks.decide import refilled


@flow(name="refill-done", flow_run_name="refill-{system}-{person}", persist_result=False)
@redact_errors
def refill_done(system: str, person: int, by: str, municipality: str = "") -> Any:
    """Record that a person was filled in again at a supplier's; in a database hervat sees it by itself.

    Args:
        system: The name of the supplier's system.
        person: The number of the person on the worklist. Never a BSN: what is filled in here is kept.
        by: Your name. It goes into the journal.
        municipality: Code of the municipality; may be left out where there is one.
    """
    refilled(decision_night(municipality), system, person, by)
    get_run_logger().info(f"recorded for person {person}")
    return Completed(message=f"recorded for person {person}")
