"""Whatever a person types about himself goes through one gate: no BSN in a name or a reason reaches the register."""

import base64
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import typer
import yaml
from prefect.logging import disable_run_logger

from hervat.bsn import bsns_in
from hervat.errors import UsageError
from hervat.flows.deployments import flow_of
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

TYPED = made_up_bsn(77)
SPELLED = f"A. Jansen {TYPED[:4]}.{TYPED[4:6]}.{TYPED[6:]}"
WORDS = {"by", "reason", "receipt", "what", "categories", "ap", "delay", "ap_number"}
SUPPLIER = "      - {name: volg, supplier: {name: Leverancier, channel: {folder: out/volg}}}"
NAME, WHY = ["--by", "A. Jansen"], ["--reason", "nagekeken"]

COMMANDS = {
    "approve": ["{plan}"],
    "cbs accept": ["--quarter", "2022Q1", "--code", "orphans", *WHY],
    "cbs confirm": ["--quarter", "2022Q1", "--receipt", "R1"],
    "cbs prepare": ["--quarter", "2022Q1", "--correction-of", "R1"],
    "incidents close": ["1", *WHY],
    "incidents duo-told": ["1"],
    "incidents judge": ["1", "--risk", "risk", *WHY],
    "incidents open": ["--what", "lijst zoek", "--categories", "namen"],
    "incidents reported": ["1", "--ap", "Z-1"],
    "incidents told": ["1", "--ground", "a", *WHY],
    "notices evidence": ["--person"],
    "notices confirm": ["--number", "{notice}", "--status", "deels", *WHY],
    "notices resend": ["{notice}"],
    "notices told": ["--party", "school"],
    "optin kennisgeving": ["--person", "1", "--date", "2022-02-01"],
    "optin record": ["--person", "1", "--law", "Wi2013", "--date", "2022-03-02", *WHY],
    "person show": ["--person", "1", "--anywhere", *WHY],
    "person forget": ["--person", "1", *WHY],
    "quarantine accept": ["1", "--row", "4", *WHY],
    "person hold": ["--person", "1", "--ground", "18", *WHY],
    "person split": ["--person", "1", *WHY],
    "person release": ["--person", "1", *WHY],
    "quarantine reject": ["1", "--row", "4", *WHY],
    "quarantine show": ["1", "--row", "4", "--anywhere", *WHY],
    "refill done": ["--system", "volg", "--person", "1"],
    "retention destroy": [*WHY],
    "strangers decide": ["--person", "1", "--ours", *WHY],
    "vault destroy": [*WHY],
    "vault reconcile": [],
    "vault restore": ["{object}", "--to", "{directory}/original", *WHY],
    "vault rotate": [],
}
FORMS: dict[str, dict[str, Any]] = {
    "approve": {"plan": "{plan}"},
    "quarantine-decide": {"download": 1, "decision": "reject", "row": 4},
    "optin-record": {"person": 1, "law": "Wi2013"},
    "cbs-accept": {"quarter": "2022Q1", "code": "orphans"},
    "cbs-confirm": {"quarter": "2022Q1", "receipt": "R1"},
    "cbs-delivery": {"quarter": "2022Q1", "correction_of": "R1"},
    "notice-confirm": {"number": "{notice}", "status": "partly"},
    "notice-resend": {"number": "{notice}"},
    "incident-open": {"what": "lijst zoek", "categories": "namen"},
    "incident-record": {"number": 1, "step": "reported to the AP"},
    "refill-done": {"system": "volg", "person": 1},
    "person-hold": {"person": 1, "ground": "18"},
    "person-release": {"person": 1},
    "person-forget": {"person": 1},
    "retention-destroy": {},
    "strangers-decide": {"person": 1, "decision": "ours"},
}


def typed_in() -> dict[str, set[str]]:
    """Every command that takes a person's words, from the command line itself -> which of them."""
    from hervat.cli.commands import app

    found = dict(_taking(typer.main.get_command(app), ""))
    return {name: words for name, words in found.items() if "by" in words or name == "cbs prepare"}


def _taking(command: Any, name: str) -> Iterator[tuple[str, set[str]]]:
    if isinstance(command, click.Group) or hasattr(command, "commands"):
        for part in command.commands.values():
            yield from _taking(part, f"{name} {part.name}".strip())
        return
    yield name, WORDS & {str(one.name) for one in command.params}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = Town(tmp_path_factory.mktemp("town"), approval="required", more_systems=SUPPLIER)
    town.register_person(1, made_up_bsn(1))
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K1', '2022-02-01')", bsn=made_up_bsn(1))
    town.offer(
        "20220302",
        row("SS190", "01-03-2022", made_up_bsn(1)),
        row("SS101", "10-01-2022", made_up_bsn(2), group=FAMILY, v="77"),
        row("SS101", "99-99-2022", made_up_bsn(3), group=ASYLUM),
        row("SS101", "10-01-2022", made_up_bsn(4), group=ASYLUM, gemeente="0363"),
    )
    town.night("2022-03-02", status=1)
    return town


@pytest.fixture(scope="module")
def names(town: Town) -> dict[str, str]:
    (plan,) = town.json("plan")["plans"]
    notice = town.json("notices", "list")["notices"][0]["number"]
    thing = town.json("vault", "list")["objects"][0]["id"]
    return {"plan": plan["hash"], "notice": notice, "object": thing, "directory": str(town.directory)}


def everything(town: Town) -> str:
    """Every value of every table of the register, decoded."""
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        values = [value for one in tables for line in database.execute(f'select * from "{one}"') for value in line]
    return "\n".join(base64.b64encode(value).decode() if isinstance(value, bytes) else str(value) for value in values)


def test_every_command_that_takes_a_name_is_tried_here() -> None:
    assert set(typed_in()) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_takes_a_bsn_for_a_name_or_a_reason(town: Town, names: dict[str, str], command: str) -> None:
    before = len(town.register_rows("journal"))
    rest = [one.format(**names) for one in COMMANDS[command]]
    for word in typed_in()[command]:
        given = [*([] if word == "by" or "by" not in typed_in()[command] else NAME), f"--{word}", SPELLED]
        done = town.hervat(*command.split(), *rest, *given, stdin=made_up_bsn(1) + "\n")
        assert done.exit_code == 2, (word, done.output)
        assert "holds a BSN; write it" in done.output and TYPED not in list(bsns_in(done.output)), done.output
    assert len(town.register_rows("journal")) == before and TYPED not in list(bsns_in(everything(town)))


def test_every_form_that_takes_a_name_is_tried_here() -> None:
    forms = {one["name"]: flow_of(one["entrypoint"]) for one in deployments()}
    assert {name for name, flow in forms.items() if WORDS & set(flow.parameters.properties)} == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_takes_a_bsn_for_a_name_or_a_reason(
    town: Town, names: dict[str, str], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))
    before = len(town.register_rows("journal"))
    (flow,) = [flow_of(one["entrypoint"]) for one in deployments() if one["name"] == form]
    fields = WORDS & set(flow.parameters.properties)
    plain = {field: "nagekeken" for field in fields}
    rest = {name: one.format(**names) if isinstance(one, str) else one for name, one in FORMS[form].items()}
    for field in fields:
        with disable_run_logger(), pytest.raises(UsageError, match="holds a BSN; write it"):
            undecorated(flow)(**(plain | rest | {field: SPELLED}))
    assert len(town.register_rows("journal")) == before


def undecorated(flow: Any) -> Any:
    return flow.fn.__wrapped__


def deployments() -> list[dict[str, Any]]:
    return list(yaml.safe_load((Path(__file__).parents[2] / "prefect.yaml").read_text())["deployments"])
