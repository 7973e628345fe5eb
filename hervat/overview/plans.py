"""Everything that is known of the plans that wait: what they hold, who approved, and the restore point."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from hervat.cleaning.nightly import waiting_plans
from hervat.overview.approvals import approvals_of
from hervat.overview.standing import plans
from hervat.settings import Municipality


def whole_plans(session: Session, municipality: Municipality, day: date) -> list[dict[str, Any]]:
    """Return the waiting plans, as JSON shows them.

    `content` is what was seen when the plan was made; `approvals` and `restore_point` are those of now.
    """
    points = {system.name: system.restore_point for system in municipality.systems}
    lines = {line.hash: line for line in plans(session, municipality)}
    return [
        {
            "municipality": municipality.code,
            **vars(lines[plan.hash]),
            "policy": plan.policy,
            "restore_point": points.get(plan.system),
            "approvals": approvals_of(session, plan, municipality, day).as_json(),
            "content": plan.content,
        }
        for plan in waiting_plans(session, municipality.code)
    ]
