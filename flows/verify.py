"""The weekly check of the vault and of the journal's chain."""

from typing import Any

from prefect import flow, get_run_logger

from flows.ending import ended
from flows.installed import ALL, chosen_municipalities, installation
from flows.naming import of_today
from flows.redacting import redacting
from flows.saying import say_in_run
from tasks.conduct import DONE, FAILED
from tasks.verify import verified


@flow(name="verify", flow_run_name=of_today("verify"), persist_result=False)
@redacting
def verify(municipality: str = ALL) -> Any:
    """Check that every original is there, readable and unchanged, and that the journal's chain is whole.

    Args:
        municipality: Code of the municipality; all of them by default.
    """
    installed, wrong = installation(), list[str]()
    for one in chosen_municipalities(installed, municipality):
        night = installed.night(one, origin="prefect", say=say_in_run(), older_too=True)
        found = verified(night, lambda _done, _total: None)
        get_run_logger().info(f"{one.code}: {len(found)} wrong")
        wrong += found
    return ended(FAILED if wrong else DONE, wrong)
