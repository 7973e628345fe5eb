"""Every `--json` has a published form, and every test holds the answers that it gets against it."""

import json

import pytest
from jsonschema import Draft202012Validator
from typer.main import get_command
from typer.testing import CliRunner

from hervat.cli.commands import app
from hervat.cli.outputs import OUTPUTS, output_schema
from hervat.cli.setup.schema import names
from tests.support.outputs import answers_checked, mistakes
from tests.support.reference import FOLDER, pages


def _with_json(group, before=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _with_json(command, f"{before}{name} ")
        elif any("--json" in parameter.opts for parameter in command.params):
            yield f"{before}{name}"


def test_every_command_with_json_has_a_form():
    assert sorted(_with_json(get_command(app))) == sorted(OUTPUTS)


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_form_names_each_key_and_lets_no_other_in(command):
    schema = output_schema(command)
    Draft202012Validator.check_schema(schema)
    for form in (*schema["anyOf"], *schema.get("$defs", {}).values()):
        assert form["additionalProperties"] is False and form["description"]
        assert all(key["description"].endswith(".") for key in form["properties"].values())


def test_a_renamed_key_an_added_one_and_a_text_for_a_number_are_mistakes():
    good = {"refill": [{"municipality": "0000", "system": "a", "person": 1, "erased_on": "2022-03-01"}], "errors": []}
    assert mistakes("refill list", good) == [] and mistakes("refill list", {"errors": ["x"]}) == []
    renamed = json.loads(json.dumps(good).replace("erased_on", "erased"))
    assert any("erased" in text for text in mistakes("refill list", renamed))
    assert mistakes("refill list", good | {"more": 1})
    assert mistakes("refill list", json.loads(json.dumps(good).replace('"person": 1', '"person": "1"')))


def test_an_answer_that_is_not_as_published_is_noticed(tmp_path, monkeypatch):
    from hervat.cli import delivery

    monkeypatch.setattr(delivery, "gathered", lambda *_: [{"quarter": "2022Q1"}])
    with answers_checked() as found:
        result = CliRunner().invoke(app, ["cbs", "list", "--json", "--config", str(tmp_path)])
    assert result.exit_code == 0 and any("cbs list: deliveries/0" in text for text in found)


def test_the_schemas_are_printed_by_name(tmp_path):
    run = CliRunner()
    assert run.invoke(app, ["schema"]).stdout.split("\n")[:-1] == names()
    assert json.loads(run.invoke(app, ["schema", "--json"]).stdout)["schemas"] == names()
    assert json.loads(run.invoke(app, ["schema", "cbs", "list"]).stdout) == output_schema("cbs list")
    assert json.loads(run.invoke(app, ["schema", "round"]).stdout)["title"] == "A correction round"
    wrong = run.invoke(app, ["schema", "cbs"])
    assert wrong.exit_code == 2 and "there is no schema 'cbs'; `hervat schema` lists them" in wrong.stderr


def test_init_writes_the_schema_that_the_first_line_of_the_configuration_names(tmp_path):
    assert CliRunner().invoke(app, ["init", str(tmp_path)]).exit_code == 0
    first = (tmp_path / "hervat.yaml").read_text().splitlines()[0]
    named = tmp_path / first.removeprefix("# yaml-language-server: $schema=")
    assert named.parent == tmp_path and json.loads(named.read_text())["title"] == "hervat.yaml"


@pytest.mark.parametrize("page", ["configuration.md", "json.md", "commands.md"])
def test_the_reference_is_current(page):
    assert (FOLDER / page).read_text() == pages()[page], "run `make reference`"
