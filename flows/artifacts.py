"""What a flow run shows in the UI: a table and a page of counts, and a warning where something waits for a person."""

from typing import Any

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from hervat.delivery import ended_before
from hervat.delivery.remind import reminder
from hervat.night import Night
from hervat.report import markdown, table
from tasks.conduct import Outcome


def show(night: Night, outcome: Outcome) -> None:
    """Write the artifacts of one municipality's night. Counts, names of things and dates only."""
    if outcome.overview is not None:
        create_table_artifact(key=f"night-{night.code}", table=table(outcome.overview), description=str(night.as_of))
        create_markdown_artifact(key=f"report-{night.code}", markdown=markdown(outcome.overview))
        if night.municipality.cbs:
            remind(night, ended_before(night.as_of))  # the gate goes on to the next quarter once the term is over
    if outcome.attention:
        warn(f"waits-{night.code}", "Er wacht iets op een mens", outcome.attention)


def remind(night: Night, quarter: str) -> None:
    """Write until when a quarter must be with CBS, as an artifact, from its last day on and until it was delivered."""
    told = reminder(night, quarter)
    if told:
        warn(f"cbs-{night.code}", told[0], list(told[1:]))


def blocked(code: str, prepared: Any) -> None:
    """Write by what a delivery is blocked."""
    lines = [f"{r['code']}: {r['count']}" for r in prepared.gate["reasons"] if not r.get("accepted")]
    lines += [line for stop in prepared.stops if not stop.accepted for line in stop.lines]
    warn(f"gate-{code}", "De levering aan het CBS is tegengehouden", lines)


def doctor_page(failing: list[str], unwise: list[str]) -> None:
    """Write what the doctor found."""
    lines = [f"gaat vannacht mis: {text}" for text in failing] + [f"onverstandig: {text}" for text in unwise]
    warn("doctor", "De dokter", lines or ["alles werkt"])


def warn(key: str, title: str, lines: list[Any]) -> None:
    """Write a warning artifact: a title and a list of lines."""
    create_markdown_artifact(key=key, markdown="\n".join([f"# ⚠ {title}", "", *[f"- {line}" for line in lines]]))
