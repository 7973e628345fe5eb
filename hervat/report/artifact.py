"""The report in short, for a run's artifacts: a markdown text and a table. Counts only."""

from typing import Any

from hervat.dutch import GATE, STATES, long_day, number, quarter_text, said, weekday
from hervat.report.blocked import on_hold
from hervat.report.marked import commands, plain
from hervat.report.task import Task
from hervat.report.todo import todo
from hervat.status import Overview, ReasonLine, SystemLine


def markdown(overview: Overview) -> str:
    """Return the report in short as markdown: tasks, persons, systems, gate."""
    shadow = ["**Schaduwnacht: er is niets gewist of verstuurd.**", ""] if overview.shadow else []
    parts = [
        f"# {plain(overview.name)}, {weekday(overview.day)}",
        "",
        *shadow,
        "## Vandaag te doen",
        "",
        *([_task(task) for task in todo(overview)] or ["Er is vandaag niets te doen."]),
        "",
        "## Stand",
        "",
        "| Onderdeel | Aantal |",
        "| --- | ---: |",
        *(f"| {plain(row['onderdeel'])} | {plain(str(row['aantal']))} |" for row in table(overview)),
        "",
        "## CBS-poort",
        "",
        f"{_gate(overview)} Uiterste dag voor {quarter_text(overview.quarter)}: {long_day(overview.deadline)}.",
        "",
        *(_reason(reason) for reason in overview.reasons),
    ]
    return "\n".join(parts).rstrip() + "\n"


def waiting_markdown(overview: Overview) -> str:
    """Return what waits for a person as markdown: the tasks, and the lines of the night's steps."""
    said_by_steps = ["", "## Meldingen", "", "De technische tekst is in het Engels.", ""]
    said_by_steps += [f"- {plain(line)}" for line in overview.attention]
    parts = [
        f"# ⚠ Er wacht iets op een mens: {plain(overview.name)}, {weekday(overview.day)}",
        "",
        *([_task(task) for task in todo(overview)] or ["Er is geen taak. Lees de meldingen."]),
        *(said_by_steps if overview.attention else []),
    ]
    return "\n".join(parts) + "\n"


def table(overview: Overview) -> list[dict[str, Any]]:
    """Return the main counts as rows with `onderdeel` and `aantal`."""
    persons = [(STATES[state], overview.persons.get(state, 0)) for state in STATES]
    rows = [
        *persons,
        ("Teruggeplaatst", overview.persons.get("reinstated", 0)),
        ("Zonder geldig signaal in een systeem", overview.persons.get("orphans", 0)),
        *((f"{system.name}: bewezen schoon", proven(system)) for system in overview.systems),
        *((f"{system.name}: opnieuw in te voeren", system.refill) for system in overview.systems if system.refill),
        ("In quarantaine", len(overview.held)),
        ("Plannen die wachten op goedkeuring", sum(plan.status == "waiting" for plan in overview.plans)),
        ("Berichten zonder bevestiging", overview.notices.get("unconfirmed") or 0),
        ("Open incidenten", len(overview.incidents)),
        ("Fouten deze nacht", len(overview.errors)),
    ]
    return [{"onderdeel": what, "aantal": count} for what, count in rows]


def proven(system: SystemLine) -> str:
    """Return `12 van 15`, or that it can't be seen yet."""
    if system.proven is None:
        return f"nog niet te zien ({number(system.corrected)} met een SS190)"
    return f"{number(system.proven)} van {number(system.corrected)}"


def _task(task: Task) -> str:
    before = f"uiterlijk {long_day(task.before)}" if task.before else "geen vaste dag"
    return f"- **{plain(task.what)}** ({plain(task.who)}, {before}). {commands(task.way)}"


def _gate(overview: Overview) -> str:
    return "De poort is **open**." if overview.gate_open else "De poort is **dicht**."


def _reason(reason: ReasonLine) -> str:
    where = f" ({plain(reason.system)})" if reason.system else ""
    accepted = ", aanvaard door twee personen" if reason.accepted else ""
    return f"- {plain(said(GATE, reason.code))}{where}: {number(reason.count)}{on_hold(reason.on_hold)}{accepted}"
