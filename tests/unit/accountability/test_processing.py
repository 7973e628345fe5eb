"""The entry of AVG 30: all that is configured is in it, and nothing that is not."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from hervat.accountability import processing_entry, processing_page
from hervat.cli.commands import app
from hervat.person import HeldFor
from hervat.settings import read_settings

PLAIN = {
    "register": "sqlite:///var/register.db",
    "vault": "var/vault",
    "output": "var/output",
    "keys": {"file": "var/keys.json"},
    "municipalities": [{"code": "0000", "name": "Voorbeeldstad"}],
}
MORE = {
    "sources": [{"name": "met-de-hand", "folder": {"directory": "in", "pattern": "*.csv"}}],
    "parties": [{"name": "Taalhuis", "role": "taalaanbieder", "channel": {"folder": "uit"}}],
    "systems": [
        {"name": "volgsysteem", "supplier": {"name": "Leverancier BV", "channel": {"folder": "uit"}}},
        {
            "name": "inburgering",
            "database": "sqlite:///local.db",
            "policy": "erase",
            "footprint": {"person": {"table": "persoon", "bsn": "bsn"}, "root": "inburgeraar"},
        },
    ],
    "cbs": {"reporter": "0000", "records": {"system": "inburgering", "query": "select bsn from persoon"}},
}


@pytest.fixture
def entry(tmp_path):
    def made(more=None, **whole):
        content = {**PLAIN, **whole, "municipalities": [{**PLAIN["municipalities"][0], **(more or {})}]}
        (tmp_path / "hervat.yaml").write_text(yaml.safe_dump(content))
        settings = read_settings(tmp_path)
        return processing_entry(settings, settings.municipalities[0])

    return made


def test_what_is_added_to_the_configuration_is_in_the_entry(entry):
    names = ("met-de-hand", "Taalhuis", "volgsysteem", "Leverancier BV", "5 jaar na de dag")
    before, after = processing_page(entry()), processing_page(entry(MORE, retention={"download": "5y"}))
    assert not [name for name in names if name in before]
    assert [name for name in names if name in after] == list(names)
    assert "geen termijn ingesteld" in before
    assert entry().recipients == [] and [one.name for one in entry(MORE).recipients][-1].endswith("CBS")
    assert len(entry().activities) == len(HeldFor)


def test_only_who_has_a_certificate_gets_a_bsn(entry):
    party = {**MORE["parties"][0], "identifier": "bsn"}
    plain, safe = entry({"parties": [party]}), entry({"parties": [{**party, "certificate": "hervat.yaml"}]})
    assert "zonder BSN" in plain.recipients[0].receives
    assert "versleuteld" in safe.recipients[0].receives


def test_an_activity_keeps_its_uri(entry):
    uris = [activity.uri for activity in entry().activities]
    assert uris == [activity.uri for activity in entry(MORE).activities]
    assert uris != [activity.uri for activity in entry({"code": "0001"}).activities]
    assert len(set(uris)) == len(uris)
    assert uris[0] == "urn:uuid:ec87b578-42cd-5498-84ed-badd489055b0"


def test_the_command_writes_a_new_page_and_never_over_a_file(entry, tmp_path):
    entry(MORE)
    page = tmp_path / "page.md"
    asked = ["account", "register", "--config", str(tmp_path), "--out", str(page), "--json"]
    answer = CliRunner().invoke(app, asked)
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["entries"][0]["recipients"][0]["name"] == "Taalhuis"
    assert "Leverancier BV" in page.read_text()
    page.write_text("kept")
    assert CliRunner().invoke(app, asked).exit_code == 2
    assert page.read_text() == "kept"
