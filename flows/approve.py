"""Approval as a flow: its form in the UI is the approval. The next night executes the plan."""

from typing import Any

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.nightly import a_day, directory
from flows.redacting import redacting
from hervat.cleaning.nightly import approve as record
from tasks.compose import Installation


@flow(name="approve", flow_run_name="approve-{municipality}", persist_result=False)
@redacting
def approve(
    hash: str,
    municipality: str,
    by: str | None = None,
    signature: str | None = None,
    config: str | None = None,
    as_of: str | None = None,
) -> Any:
    """Approve the plan with this hash, for this municipality.

    signature: the armored text that `ssh-keygen -Y sign -n hervat` makes of the whole hash, pasted; asked for where
    the gemeente has `approvers`. by: your name, where it has none.
    """
    installation, text = Installation(directory(config)), (signature or "").strip()
    night = installation.night(installation.municipalities(municipality)[0], a_day(as_of), origin="prefect")
    plan = record(night, hash.strip().lower(), by or "", (lambda _hash: text) if text else None)
    get_run_logger().info(f"plan {plan.hash[:12]} for {plan.system} is {plan.status}")
    return Completed(message=f"plan {plan.hash[:12]} is {plan.status}")
