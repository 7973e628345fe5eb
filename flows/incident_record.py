"""The end of an incident, after a person has judged it."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.errors import UsageError
from hervat.flows.decision_night import decision_night
from hervat.flows.redaction import redact_errors
from hervat.tasks.decide import close_incident


@flow(name="incident-record", flow_run_name="incident-{number}", persist_result=False)
@redact_errors
def incident_record(number: int, by: str, reason: str, municipality: str = "") -> Any:
    """Close an incident: rows about another gemeente that came in, which may be a data breach (AVG article 33).

    Args:
        number: The number of the incident, as the report shows it.
        by: Your name. It goes into the journal.
        reason: What you found and did, such as the report to DUO. Leave personal data out.
        municipality: Code of the municipality; may be left out where there is one.
    """
    if close_incident(decision_night(municipality), number, by, reason) is None:
        raise UsageError(f"no incident {number} is open; the report lists those that are")
    get_run_logger().info(f"closed incident {number}")
    return Completed(message=f"closed incident {number}")
