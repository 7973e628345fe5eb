"""Today's tasks for people, derived from an overview. Pure; no persons in it."""

from datetime import date

from hervat.report.task import Task
from hervat.report.todo_files import answers, errors, incidents, quarantine, sources
from hervat.report.todo_outgoing import corrections, delivery, notices, reasons
from hervat.report.todo_persons import choices, disputed, halves, holds, left, orphans, to_ask, unfindable
from hervat.report.todo_systems import plans, systems
from hervat.status import Overview


def todo(overview: Overview) -> list[Task]:
    """Return the tasks, earliest day first; within a day the most serious first."""
    parts = (
        errors,
        incidents,
        sources,
        disputed,
        choices,
        to_ask,
        unfindable,
        quarantine,
        answers,
        plans,
        systems,
        orphans,
        left,
        halves,
        holds,
        notices,
        reasons,
        corrections,
        delivery,
    )
    tasks = [task for part in parts for task in part(overview)]
    return sorted(tasks, key=lambda task: task.before or date.max)
