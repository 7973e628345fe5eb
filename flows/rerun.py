"""A night by hand for a given day, for example after a restart date."""

from datetime import date
from typing import Any

from prefect import flow

from hervat.flows.final_state import redact_errors
from hervat.flows.forms import ALL_STEPS, StepName
from hervat.flows.installed import ALL
from hervat.flows.nights import run_nights
from hervat.flows.run_log import run_name


@flow(name="rerun", flow_run_name=run_name("rerun", "as_of", lambda: "?"), persist_result=False)
@redact_errors
def rerun(as_of: date, municipality: str = ALL, steps: list[StepName] = ALL_STEPS, shadow: bool = False) -> Any:
    """Run the night of a given day: not before the last settled one, and not after today.

    A shadow night may look at a day to come: it shows what would be done then, and changes nothing.

    Args:
        as_of: The day for which the persons are settled.
        municipality: Code of the municipality whose night it is; all of them by default.
        steps: Only these steps, and those that they need. Empty is the whole night.
        shadow: Do all but act: nothing is erased, sent or moved outside hervat, and the report says what would be.
    """
    return run_nights(as_of, municipality, steps, shadow)
