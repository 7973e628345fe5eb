"""The end of an item in quarantine, by a person: a row or a whole file is rejected, or a row is loaded after all."""

from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.downloads import form_text
from hervat.errors import UsageError
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.flows.runs import redact_errors
from hervat.tasks.decide import accept_row, reject_held

_ABOUT = f"""End what waits in quarantine. The report lists it, with the numbers of download and row, and what helps.

What a reason asks for, before anything is rejected:

{form_text()}
"""


@flow(
    name="quarantine-decide",
    flow_run_name="quarantine-{decision}-{download}",
    description=_ABOUT,
    persist_result=False,
)
@redact_errors
def quarantine_decide(
    download: int,
    decision: Literal["reject", "accept"],
    reason: str,
    by: str = "",
    signature: str = "",
    row: int = 0,
    municipality: str = "",
) -> Any:
    """End what waits in quarantine. The report lists it, with the numbers of download and row.

    Args:
        download: The number of the download, as the report shows it.
        decision: Reject, and it will not be loaded. Accept, and a row that may be overruled is loaded all the same.
        reason: Why. It goes into the journal, so leave personal data out.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers and a correction is rejected, the whole signature. A run without it shows
            the text to sign, and how.
        row: The number of the row; 0 is the whole file, which can only be rejected. What helps against its reason
            stands in the report, and in `hervat quarantine list`.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    where = f"download {download}" + (f" row {row}" if row else "")
    done = True
    if decision == "reject":
        done = reject_held(night, download, row or None, by, reason, pasted(signature))
        message = f"rejected {where}" if done else f"signed for {where}; it is rejected once another person signs too"
    elif not row:
        raise UsageError("a whole file can't be accepted, only a row of it; give the row's number")
    else:
        new = accept_row(night, download, row, by, reason)
        message = f"accepted {where}: {'it brought in a signal' if new else 'its signal was known'}"
    get_run_logger().info(message)
    return Completed(message=message) if done else Completed(name="Waits", message=message)
