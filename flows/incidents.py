"""Incidents: opened by a person who found one (the 72 hours of AVG 33(1) begin then), and what was done about them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.states import Completed

from hervat.errors import UsageError
from hervat.flows.forms import pasted
from hervat.flows.installed import decision_night
from hervat.flows.runs import redact_errors
from hervat.intake import judge_incident, leave_untold, report_incident, tell_duo, tell_persons
from hervat.night import Night
from hervat.signing import Sign
from hervat.tasks.decide import close_incident, record_leak, record_of_incident
from hervat.today import utc_of


@flow(name="incident-open", flow_run_name="incident-open", persist_result=False)
@redact_errors
def incident_open(what: str, categories: str, by: str, persons: int = 0, at: str = "", municipality: str = "") -> Any:
    """Open an incident that may be a data breach; `incident-record` takes what is done about it.

    Args:
        what: What happened. Leave names and other personal data out.
        categories: Which kinds of persons and data it is about, such as `inburgeraars: name, BSN`.
        by: Your name. It goes into the journal.
        persons: About how many persons; 0 while it is not known.
        at: When it was discovered, as 2026-11-30T14:05 in Dutch time; left out, now. The 72 hours begin then.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    number = record_leak(night, what, categories, persons or None, utc_of(at), by)
    message = f"opened incident {number} of {night.code}; incident-record with its judgement comes next"
    get_run_logger().info(message)
    return Completed(message=message)


IncidentStepName = Literal[
    "close",
    "no risk: close",
    "judged: risk",
    "judged: high risk",
    "reported to the AP",
    "persons told",
    "persons not told: 34(3)(a)",
    "persons not told: 34(3)(b)",
    "persons not told: 34(3)(c)",
    "DUO told",
]


@flow(name="incident-record", flow_run_name="incident-{number}", persist_result=False)
@redact_errors
def incident_record(
    number: int,
    reason: str,
    step: IncidentStepName = "close",
    by: str = "",
    signature: str = "",
    at: str = "",
    ap_number: str = "",
    municipality: str = "",
) -> Any:
    """Record what was done about an incident, which may be a data breach (AVG articles 33 and 34).

    Args:
        number: The number of the incident, as the report shows it.
        reason: What you found and did; of a report after the 72 hours, why it is late. Leave personal data out.
        step: What was done. To close takes a judgement; with a risk also the report, with a high risk the persons told.
        by: Your name. It goes into the journal. Not needed with a signature.
        signature: Where there are approvers an incident is closed by two: the whole signature. A run without it shows
            the text to sign, and how.
        at: When it was reported or told, as 2026-11-30T14:05 in Dutch time; left out, now.
        ap_number: The number that the Autoriteit Persoonsgegevens gave the report.
        municipality: Code of the municipality; may be left out where there is one.
    """
    night = decision_night(municipality)
    done = _recording(number, by, reason, step, at, ap_number, pasted(signature))(night)
    if done is None:
        raise UsageError(f"no incident {number} is open; the report lists those that are")
    message = f"recorded for incident {number}: {step}"
    if step.endswith("close"):
        message = f"closed incident {number}"
    if done is False:
        message = f"signed for incident {number}; it is closed once another person signs too"
    get_run_logger().info(message)
    return Completed(name="Waits", message=message) if done is False else Completed(message=message)


def _recording(
    number: int, by: str, reason: str, step: IncidentStepName, at: str, ap_number: str, sign: Sign | None
) -> Callable[[Night], int | None]:
    """Return what records it in a night. Raises UsageError for `at`.

    Its answer is None if the incident is not open, False if it was signed by the first of two.
    """
    moment = utc_of(at)
    if step.endswith("close"):
        return partial(close_incident, number=number, by=by, reason=reason, sign=sign, no_risk=step != "close")
    return partial(record_of_incident, record=_record(number, by, reason, step, moment, ap_number))


def _record(
    number: int, by: str, reason: str, step: IncidentStepName, moment: datetime, ap_number: str
) -> Callable[[Night], int | None]:
    if step.startswith("persons not told"):
        return partial(leave_untold, number=number, ground=step[-2], by=by, reason=reason)
    if step.startswith("judged"):
        return partial(judge_incident, number=number, risk="high" if "high" in step else "risk", by=by, reason=reason)
    if step == "reported to the AP":
        return partial(report_incident, number=number, ap_number=ap_number, at=moment, by=by, delay=reason)
    return partial(tell_duo if step == "DUO told" else tell_persons, number=number, at=moment, by=by, reason=reason)
