"""Open an incident that a person found: the 72 hours of AVG 33(1) begin at its discovery."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.final_state import redact_errors
from hervat.flows.installed import decision_night
from hervat.tasks.decide import record_leak
from hervat.today import utc_of


@flow(name="incident-open", flow_run_name="incident-open", persist_result=False)
@redact_errors
def incident_open(what: str, categories: str, by: str, persons: int = 0, at: str = "", municipality: str = "") -> Any:
    """Open an incident that may be a data breach; `incident-record` takes what is done about it.

    Args:
        what: What happened. Leave names and other personal data out.
        categories: Which kinds of persons and data it is about, such as `inburgeraars: name, BSN`.
        by: Your name. It goes into the journal.
        persons: About how many persons; 0 while it is not known.
        at: When it was discovered, as 2026-11-30T14:05 in Dutch time; left out, now. The 72 hours begin then.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    number = record_leak(night, what, categories, persons or None, utc_of(at), by)
    message = f"opened incident {number} of {night.code}; incident-record with its judgement comes next"
    get_run_logger().info(message)
    return Completed(message=message)
