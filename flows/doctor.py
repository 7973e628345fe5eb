"""The doctor as a flow: tries every connection, key, right, table and footprint, and changes nothing."""

from typing import Any

from prefect import flow

from flows.artifacts import doctor_page
from flows.final_state import final_state
from flows.installed import directory
from flows.redaction import redact_errors
from flows.run_log import run_log
from flows.run_names import run_name_of_today
from hervat.doctor import examine
from hervat.settings import read_settings
from tasks.run import DONE, FAILED, WAITS


@flow(name="doctor", flow_run_name=run_name_of_today("doctor"), persist_result=False)
@redact_errors
def doctor() -> Any:
    """Try what a night needs. Failed: something would fail tonight. Waits: something is unwise. It changes nothing."""
    findings = examine(read_settings(directory()), run_log())
    doctor_page(findings)
    return final_state(
        FAILED if findings.failing else WAITS if findings.unwise else DONE, findings.failing, findings.unwise
    )
