"""The command line from outside: help, JSON and exit statuses, as the design says them."""

import json

import pytest

from tests.support.town import Town

COMMANDS = (
    "init", "doctor", "demo", "run", "status", "plan", "footprint", "approve", "quarantine", "optin", "notices", "cbs",
    "vault", "formats", "verify", "serve",
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
