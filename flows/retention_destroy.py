"""Destroy what is past its term. It takes two persons."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.errors import HervatError
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.flows.runs import redact_errors
from hervat.upkeep import retire

RetainedKind = Literal[
    "all", "delivery", "disclosure", "download", "incident", "journal", "notice", "person", "personalia", "receipt",
    "report", "worklist",
]  # fmt: skip


@flow(name="retention-destroy", flow_run_name="destroy-{kind}", persist_result=False)
@redact_errors
def retention_destroy(
    reason: str, by: str = "", signature: str = "", kind: RetainedKind = "all", municipality: str = ""
) -> Any:
    """Destroy what is due by `retention`, which can't be undone. Waits: a second person must agree; that one does it.

    Args:
        reason: Why, such as the number in the selectielijst. It goes into the journal and the verklaring.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers, the whole signature. A run without it shows the text to sign, and how.
        kind: Only this kind; choose one where you sign, for a signature is over one text.
        municipality: Code of the municipality; may be left out where there is one.
    """
    done = retire(decision_night(municipality), by, reason, () if kind == "all" else (kind,), pasted(signature))
    destroyed = ", ".join(f"{count} {name}" for name, count in done.destroyed.items() if count) or "nothing"
    waits = ", ".join(f"{line.count} {line.kind}" for line in done.due if line.count)
    message = f"destroyed {destroyed}" + (f"; waits for a (second) person: {waits}" if waits else "")
    get_run_logger().info(message)
    if done.errors:
        raise HervatError("; ".join([message, *done.errors]))
    return Completed(name="Waits", message=message) if waits else Completed(message=message)
