"""The artifacts of a flow run in the UI: tables and pages of counts, and a warning if something waits for a person."""

import base64
from typing import Any

from prefect.artifacts import create_image_artifact, create_markdown_artifact, create_table_artifact
from prefect.events import emit_event

from hervat.delivery import Prepared, deadline, ended_before, reminder
from hervat.doctor import Findings
from hervat.dutch import amount, quarter_text
from hervat.flows.automations import DEADLINE_EVENT
from hervat.night import Night
from hervat.report import blocked_markdown, markdown, nights_svg, nights_table, table, waiting_markdown
from hervat.status import Overview
from hervat.tasks.run import NightOutcome

_NEAR = 7
"""Days before its deadline from which a delivery is also an event, for the automation that reports it."""


def show(night: Night, outcome: NightOutcome) -> None:
    """Write the artifacts of one municipality's night. Counts, names of things and dates only."""
    overview = outcome.overview
    if overview is None:
        return
    create_table_artifact(key=f"night-{night.code}", table=table(overview), description=str(night.as_of))
    create_markdown_artifact(key=f"report-{night.code}", markdown=markdown(overview))
    _nights(night.code, overview)
    if night.municipality.cbs:
        remind(night, ended_before(night.as_of))  # the gate goes on to the next quarter once the term is over
    if outcome.attention:
        create_markdown_artifact(key=f"waits-{night.code}", markdown=waiting_markdown(overview))


def _nights(code: str, overview: Overview) -> None:
    """Write the picture of the nights, and its figures for those who can't see it."""
    picture = base64.b64encode(nights_svg(overview).encode()).decode()
    title = "De nachten in beeld; de cijfers staan in de tabel ernaast."
    create_image_artifact(f"data:image/svg+xml;base64,{picture}", key=f"nights-{code}", description=title)
    create_table_artifact(
        key=f"nights-figures-{code}", table=nights_table(overview), description="De nachten in cijfers."
    )


def remind(night: Night, quarter: str) -> None:
    """Write until when a quarter must be with CBS, as an artifact, from its last day on and until it was delivered."""
    lines = reminder(night, quarter)
    if lines:
        warn(f"cbs-{night.code}", lines[0], list(lines[1:]))
        if (deadline(quarter) - night.as_of).days <= _NEAR:
            what = {"prefect.resource.id": f"hervat.cbs.{night.code}.{quarter}"}
            emit_event(DEADLINE_EVENT, what, payload={"text": f"{night.code}: {lines[0]}"})


def blocked(night: Night, quarter: str, prepared: Prepared) -> None:
    """Write what blocks a delivery, and what to do."""
    text = blocked_markdown(night.municipality.name, quarter, prepared)
    create_markdown_artifact(key=f"gate-{night.code}", markdown=text)


def delivered(night: Night, quarter: str, prepared: Prepared) -> None:
    """Write that a delivery was made, replacing the earlier page of what blocked it."""
    rows = amount(prepared.records, "regel", "regels")
    text = f"# De levering aan het CBS is gemaakt: {quarter_text(quarter)}\n\n- {rows}"
    create_markdown_artifact(key=f"gate-{night.code}", markdown=text)


def doctor_page(findings: Findings) -> None:
    """Write the doctor's findings."""
    kinds = {"gaat vannacht mis": findings.failing, "onverstandig": findings.unwise, "ter info": findings.notes}
    lines = [f"{kind}: {text}" for kind, texts in kinds.items() for text in texts]
    warn("doctor", "De dokter", lines or ["alles werkt"])


def warn(key: str, title: str, lines: list[Any]) -> None:
    """Write a warning artifact: a title and a list of lines."""
    create_markdown_artifact(key=key, markdown="\n".join([f"# ⚠ {title}", "", *[f"- {line}" for line in lines]]))
