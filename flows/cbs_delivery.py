"""The quarterly CBS delivery as a flow: it is prepared only when the gate is open at this moment."""

from typing import Any

from prefect import flow, get_run_logger

from flows.artifacts import warn
from flows.ending import ended
from flows.naming import named
from flows.nightly import a_day, directory
from flows.redacting import redacting
from hervat.delivery import prepare, quarter_for
from hervat.errors import redacted
from hervat.today import today
from tasks.compose import Installation
from tasks.conduct import DONE, FAILED, WAITS


@flow(name="cbs-delivery", flow_run_name=named("cbs", "quarter", lambda: str(today())), persist_result=False)
@redacting
def cbs_delivery(
    quarter: str | None = None, municipality: str | None = None, config: str | None = None, as_of: str | None = None
) -> Any:
    """Prepare the delivery of a quarter (default: the last ended). Blocked is Completed with a warning artifact."""
    installation, status, errors = Installation(directory(config)), DONE, []
    for one in [m for m in installation.municipalities(municipality) if m.cbs]:
        night = installation.night(one, a_day(as_of), origin="prefect")
        try:
            prepared = prepare(night, quarter or quarter_for(night.as_of, set()))
        except Exception as error:  # noqa: BLE001 - one municipality does not hold up the others
            errors.append(f"{one.code}: {redacted(error)}")
            continue
        errors += prepared.errors
        if prepared.written:
            get_run_logger().info(f"{one.code}: {prepared.records} records written")
            continue
        status = WAITS
        lines = [f"{r['code']}: {r['count']}" for r in prepared.gate["reasons"] if not r.get("accepted")]
        warn(f"gate-{one.code}", "The CBS delivery is blocked", lines)
    return ended(FAILED if errors else status, errors)
