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
    if night.view is not None:
        create_table_artifact(key=f"night-{night.code}", table=table(night.view.overview), description=str(night.as_of))
        create_markdown_artifact(key=f"report-{night.code}", markdown=markdown(night.view.overview))
        if night.municipality.cbs:
            remind(night, ended_before(night.as_of))  # the gate goes on to the next quarter once the term is over
    if outcome.attention:
        warn(f"waits-{night.code}", "Something waits for a person", outcome.attention)


def remind(night: Night, quarter: str) -> None:
    """Write until when a quarter must be with CBS, as an artifact, from its last day on and until it was delivered."""
    told = reminder(night, quarter)
    if told:
        warn(f"cbs-{night.code}", told[0], list(told[1:]))


def warn(key: str, title: str, lines: list[Any]) -> None:
    """Write a warning artifact: a title and a list of lines."""
    create_markdown_artifact(key=key, markdown="\n".join([f"# ⚠ {title}", "", *[f"- {line}" for line in lines]]))
