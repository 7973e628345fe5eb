"""The doctor as a flow: tries every connection, key, right, table and footprint, and changes nothing."""

from typing import Any

from prefect import flow

from hervat.doctor import examine
from hervat.flows.artifacts import doctor_page
from hervat.flows.final_state import final_state, redact_errors
from hervat.flows.installed import directory
from hervat.flows.run_log import run_log, run_name_of_today
from hervat.settings import read_settings
from hervat.tasks.run import DONE, FAILED, WAITS


@flow(name="doctor", flow_run_name=run_name_of_today("doctor"), persist_result=False)
@redact_errors
def doctor() -> Any:
    """Try what a night needs. Failed: something would fail tonight. Waits: something is unwise. It changes nothing."""
    findings = examine(read_settings(directory()), run_log())
    doctor_page(findings)
    return final_state(
        FAILED if findings.failing else WAITS if findings.unwise else DONE, findings.failing, findings.unwise
    )
