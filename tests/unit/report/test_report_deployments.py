"""What a report asks of a person can be done from Prefect's UI too: the deployment stands beside the command."""

import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from hervat import report
from hervat.delivery import ABSOLUTE, ACCEPTABLE, CODES, STOPS, Prepared, Reason, Stop
from hervat.dutch.deployments import DEPLOYMENTS, commands_in, deployments_in, with_prefect
from hervat.report import blocked_markdown, markdown, todo, waiting_markdown
from hervat.report.blocked import FIXES, STOP_FIXES
from hervat.report.page import page
from hervat.status.model import Held, PlanLine
from tests.support.overviews import DAY, HASH, empty, full

ROOT = Path(__file__).parents[3]
SHOWING = {"plan", "notices list", "notices show", "strangers list"}  # they change nothing
THERE_ARE = {one["name"] for one in yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]}
LATER = empty(
    day=date(2022, 4, 5), unfindable=3, notices={"failed": 1, "refused": 1, "partly": 2, "overdue": 4},
    delivered=[{"quarter": "2022Q1", "records": 3, "written_on": DAY, "receipt": None}],
    held=[Held(9, "a.csv", 41, "birth_malformed", False, DAY, 0), Held(8, "b.csv", None, "truncated", True, DAY, 0)],
    plans=[PlanLine("s", HASH, "policy", "waiting", DAY, 60, {}, {}, [], signed=True)],
)  # fmt: skip
TASKS = [*todo(full()), *todo(LATER), *todo(replace(full(), shadow=False, gate_open=True))]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.what[:50])
def test_a_task_with_a_command_that_changes_something_names_its_deployment(task):
    changing = [one for one in commands_in(task.how) if one not in SHOWING]
    assert {DEPLOYMENTS[one] for one in changing} == set(task.deployments)
    assert bool(changing) == ("Of in Prefect: `" in task.way)


@cache
def command_line():
    from typer.main import get_command

    from hervat.cli.commands import app

    return get_command(app).commands


def named_in(text):
    """Return the commands of the command line that a text names: `approve`, `cbs accept`."""
    there, found = command_line(), set()
    for one, two in re.findall(r"\bhervat ([a-z]+)(?: ([a-z]+))?", text):
        if one in there:
            found.add(f"{one} {two}" if hasattr(there[one], "commands") else one)
    return found


def test_no_command_of_the_reports_own_texts_is_left_out():
    """In the source: a task that no test makes can't name a command without a deployment either."""
    named = set()
    folder = Path(report.__file__).parent
    for path in (*folder.glob("todo*.py"), folder / "task.py", folder / "blocked.py", folder / "situations.py"):
        named |= named_in(path.read_text(encoding="utf-8"))
    named.discard("optin kennisgeving")  # asked in a conversation, by the worklist alone: no report names it
    assert named - SHOWING <= set(DEPLOYMENTS)
    assert {"approve", "quarantine reject", "cbs prepare", "notices confirm", "refill done", "run"} <= named


def test_every_deployment_that_is_named_stands_in_prefect_yaml():
    assert set(DEPLOYMENTS.values()) <= THERE_ARE


def test_every_command_that_is_named_is_one():
    for command in (*DEPLOYMENTS, *SHOWING):
        one, _, two = command.partition(" ")
        assert two in command_line()[one].commands if two else one in command_line()


def test_the_page_and_the_markdown_name_them():
    text = " ".join(page(full()).split())
    assert "Of in Prefect: <code>quarantine-decide</code>." in text and "Of in Prefect: <code>approve</code>." in text
    assert "Of in Prefect: `quarantine-decide`." in markdown(full())
    assert markdown(full()).count("Of in Prefect") == sum(bool(task.deployments) for task in todo(full()))


def test_a_text_with_two_deployments_names_both_and_one_without_stays():
    assert deployments_in("`hervat plan`, `hervat approve X`, `hervat run`, `hervat run`") == ("approve", "nightly")
    assert with_prefect("`hervat approve X` `hervat run`").endswith(" Of in Prefect: `approve` of `nightly`.")
    assert with_prefect("Bel de partij.") == "Bel de partij."
    assert with_prefect("`hervat run` `hervat doctor` `hervat verify`").endswith("`nightly`, `doctor` of `verify`.")


def test_what_waits_is_told_in_dutch_with_who_until_when_and_how():
    text = waiting_markdown(full())
    assert text.startswith("# ⚠ Er wacht iets op een mens: Voorbeeldstad, maandag 4 april 2022\n")
    for task in todo(full()):
        assert task.who in text
    assert text.count("\n- **") == len(todo(full()))
    assert "Of in Prefect: `incident-record`." in text and "De technische tekst is in het Engels." in text
    assert "12 persons wait for an approval" in text  # as the night's step said it
    assert "## Meldingen" not in waiting_markdown(full(attention=[]))
    assert "Er is geen taak. Lees de meldingen." in waiting_markdown(empty(attention=["x"]))


def prepared(tmp_path, *reasons, stops=(), errors=()):
    return Prepared(False, reasons, tmp_path, 0, errors, {"open": False}, stops)


def test_every_code_of_the_gate_and_every_stop_says_what_to_do():
    assert set(FIXES) == set(CODES)
    assert set(STOP_FIXES) == {*STOPS, "delivered", "others"}
    for code in CODES:
        assert ("cbs accept" in FIXES[code]) == (code in ACCEPTABLE), code
    assert set(ABSOLUTE) & set(FIXES)


def test_a_blocked_delivery_says_by_what_how_many_and_what_to_do(tmp_path):
    found = [
        Reason("disputed", frozenset("a")),
        Reason("orphans", frozenset("abc"), "inburgering"),
        Reason("parked_in_records", frozenset("ab"), accepted_by=("A", "B")),
    ]
    stops = (
        Stop("bounds", ("records: 1 -> 2",), frozenset(), dutch=("records: eerst 1, nu 2",)),
        Stop("rules", ("x",), frozenset(), accepted_by="A", dutch=("y",)),
    )
    text = blocked_markdown("Voorbeeldstad", "2022Q1", prepared(tmp_path, *found, stops=stops))
    assert text.startswith("# ⚠ De levering aan het CBS is niet gemaakt: Voorbeeldstad, kwartaal 1 van 2022\n")
    assert "- **Betwiste personen: eerst moet iemand beslissen**: 1. Beslis over deze personen: `hervat optin" in text
    assert "- **Personen in een systeem zonder geldig signaal** (inburgering): 3." in text
    assert (
        "`hervat cbs accept --quarter 2022Q1 --code orphans --by NAAM --reason REDEN`. Of in Prefect: `cbs-acc" in text
    )
    assert "**Geparkeerde personen staan in de levering**: 2, aanvaard door twee personen." in text
    assert "records: eerst 1, nu 2. Herstel" in text and "--code bounds" in text and "y. Aanvaard." in text
    assert "## Fouten" not in text and "{" not in text


def test_what_could_not_be_read_is_told_as_it_is(tmp_path):
    text = blocked_markdown("V", "2022Q1", prepared(tmp_path, errors=("system x: no [such] table\n  y",)))
    assert "- system x: no \\[such\\] table y\n" in text
