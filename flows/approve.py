"""Approval as a flow: its form in the UI is the approval. The next night executes the plan."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.flows.forms import TODAY, Day
from hervat.flows.installed import decision_night
from hervat.flows.runs import redact_errors
from hervat.tasks.decide import approve_plan


@flow(name="approve", flow_run_name="approve-{plan}", persist_result=False)
@redact_errors
def approve(plan: str, municipality: str = "", by: str = "", signature: str = "", as_of: Day = TODAY) -> Any:
    """Approve a cleaning plan; the next night executes it. The report and `hervat plan` show what it would do.

    Args:
        plan: The plan's hash, or its first 8 or more characters, as the report shows it.
        municipality: Code of the municipality; may be left out where there is one.
        by: Your name, where the gemeente has no approvers file. It goes into the journal.
        signature: Where it has one, the whole text that `ssh-keygen -Y sign -n hervat` makes of the whole hash.
        as_of: The day of the approval; left out, today.
    """
    given, text = plan.strip().lower(), signature.strip()
    done = approve_plan(decision_night(municipality, as_of), given, by, (lambda _hash: text) if text else None)
    more = "the next night executes it" if done.status == "ready" else "a second person must approve it too"
    message = f"plan {done.hash[:12]} for {done.system} is {done.status}: {more}"
    get_run_logger().info(message)
    return Completed(message=message)
