"""The command line from outside: help, JSON and exit statuses, as the design says them."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.support.town import Town

COMMANDS = (
    "init", "doctor", "demo", "run", "status", "plan", "footprint", "approve", "quarantine", "optin", "notices", "cbs",
    "vault", "formats", "schema", "verify", "serve",
)  # fmt: skip


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_design_explains_itself(town, command):
    shown = town.hervat(command, "--help", config=False)
    assert shown.exit_code == 0 and command in shown.stdout


@pytest.mark.parametrize(
    "arguments", [("run", "--nonsense"), ("approve",), ("cbs", "prepare"), ("cbs", "accept", "--quarter"), ("polish",)]
)
def test_wrong_usage_is_one_json_object_too(town, arguments):
    ended = town.hervat(*arguments, "--json", config=False)
    assert ended.exit_code == 2 and json.loads(ended.stdout)["errors"]


def test_wrong_usage_without_json_leaves_standard_output_empty(town):
    ended = town.hervat("run", "--nonsense")
    assert ended.exit_code == 2 and ended.stdout == "" and "--nonsense" in ended.stderr


def test_the_answers_that_no_other_test_asks_for(town, tmp_path, monkeypatch):
    """Each is held against its schema, as every answer in the suite is."""
    from hervat.cli.demo import play
    from hervat.cli.demo.player import Played, PlayedNight

    night = PlayedNight("2022-03-01", *range(8), "shut", "orphans 1")
    monkeypatch.setattr(play, "play", lambda *_: Played([night], ["2022Q1"], {"a": "b"}, {"c": "d"}, {"e": 1.5}, ["f"]))
    monkeypatch.setitem(sys.modules, "hervat.flows.deployments", SimpleNamespace(deploy_all=lambda *_: 3))
    new = town.hervat("init", str(tmp_path / "new"), "--json", config=False)
    assert [Path(path).name for path in json.loads(new.stdout)["written"]] == [
        "hervat.yaml",
        "keys.json",
        "hervat.schema.json",
    ]
    assert town.json("cbs", "xsd", "--to", str(tmp_path / "swi.xsd"), status=0)["provisional"] is True
    assert town.json("notices", "told", "--party", "school", "--by", "A. Jansen", status=0)["persons"] == 0
    assert json.loads(town.hervat("demo", "--json", config=False).stdout)["nights"][0]["gate"] == "shut"
    assert town.json("deploy", status=0) == {"deployments": 3}
