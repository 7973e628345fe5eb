"""The night as a flow: also the entry point of intake, cleaning and notices, with chosen steps."""

from typing import Any

from prefect import flow

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import ALL_STEPS, StepName
from hervat.flows.installed import ALL
from hervat.flows.nights import run_nights
from hervat.flows.run_log import run_name_of_today


@flow(name="nightly", flow_run_name=run_name_of_today("nightly"), persist_result=False)
@redact_errors
def nightly(municipality: str = ALL, steps: list[StepName] = ALL_STEPS, shadow: bool = False) -> Any:
    """Run tonight's night, now: fetch, validate, load, settle, capture, notify, clean and report.

    Completed when all is done, Completed under the name Waits when a person must do something, else Failed.

    Args:
        municipality: Code of the municipality whose night it is; all of them by default.
        steps: Only these steps, and those that they need. Empty is the whole night.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the report says what would be.
    """
    return run_nights(None, municipality, steps, shadow)
