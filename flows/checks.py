"""Checks that change nothing: the doctor, and each week the vault and the journal's chain."""

from typing import Any

from prefect import flow, get_run_logger

from hervat.doctor import examine
from hervat.flows.artifacts import doctor_page
from hervat.flows.installed import ALL, chosen_municipalities, directory, installation
from hervat.flows.runs import final_state, redact_errors, run_log, run_name_of_today
from hervat.settings import read_settings
from hervat.tasks.run import DONE, FAILED, WAITS
from hervat.tasks.verify import verified


@flow(name="doctor", flow_run_name=run_name_of_today("doctor"), persist_result=False)
@redact_errors
def doctor() -> Any:
    """Try what a night needs. Failed: something would fail tonight. Waits: something is unwise. It changes nothing."""
    findings = examine(read_settings(directory()), run_log())
    doctor_page(findings)
    return final_state(
        FAILED if findings.failing else WAITS if findings.unwise else DONE, findings.failing, findings.unwise
    )


@flow(name="verify", flow_run_name=run_name_of_today("verify"), persist_result=False)
@redact_errors
def verify(municipality: str = ALL) -> Any:
    """Check that every original is there, readable and unchanged, and that the journal's chain is whole.

    Args:
        municipality: Code of the municipality; all of them by default.
    """
    installed, wrong = installation(municipality), list[str]()
    for configured in chosen_municipalities(installed, municipality):
        night = installed.night(configured, origin="prefect", log=run_log(), older_too=True)
        problems = verified(night, lambda _done, _total: None)
        get_run_logger().info(f"{configured.code}: {len(problems)} wrong")
        wrong += problems
    return final_state(FAILED if wrong else DONE, wrong)
