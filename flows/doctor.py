"""The doctor as a flow: tries every connection, key, right, table and footprint, and changes nothing."""

from typing import Any

from prefect import flow

from flows.artifacts import doctor_page
from flows.ending import ended
from flows.installed import directory
from flows.naming import of_today
from flows.redacting import redacting
from flows.saying import say_in_run
from hervat.doctor import examine
from hervat.settings import read_settings
from tasks.conduct import DONE, FAILED, WAITS


@flow(name="doctor", flow_run_name=of_today("doctor"), persist_result=False)
@redacting
def doctor() -> Any:
    """Try what a night needs. Failed: something would fail tonight. Waits: something is unwise. It changes nothing."""
    findings = examine(read_settings(directory()), say_in_run())
    doctor_page(findings)
    return ended(FAILED if findings.failing else WAITS if findings.unwise else DONE, findings.failing, findings.unwise)
