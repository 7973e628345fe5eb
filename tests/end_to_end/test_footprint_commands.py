"""`hervat footprint suggest` and `show` on the command line, before and after a system has its footprint."""

import json
import sqlite3
from xml.etree import ElementTree

import pytest
import yaml

from tests.support.town import Town, made_up_bsn


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path / "town")
    with sqlite3.connect(town.directory / "local.db") as local:
        local.execute("insert into persoon values (1, ?, 'Zekere Naam')", (made_up_bsn(1),))
        local.execute("insert into plicht values (1, '2022-01-03')")
        local.execute("insert into inburgeraar values (1, 1, 'WI2021', 'actief', 1)")
    return town


def without_footprint(town):
    path = town.directory / "hervat.yaml"
    lines = path.read_text().splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip().startswith("footprint:"))
    kept = [*lines[:start], *lines[start + 5 :]]
    path.write_text("\n".join(kept))
    return start, kept


def test_from_no_footprint_to_one_that_is_accepted(town):
    start, kept = without_footprint(town)
    refused = town.hervat("status")
    assert refused.exit_code == 2 and "hervat footprint suggest" in refused.stderr
    found = town.hervat("footprint", "suggest", "inburgering")
    assert found.exit_code == 1, found.output  # verstrekking holds BSNs and is not entered
    (town.directory / "hervat.yaml").write_text("\n".join([*kept[:start], found.stdout, *kept[start:]]))
    shown = town.hervat("footprint", "show", "inburgering", "--json")
    told = json.loads(shown.stdout)
    assert shown.exit_code == 0 and told["conditions"] == ["inburgeraar.wet = WI2021"]
    assert {one["table"]: one["reached"] for one in told["tables"] if one["reached"] is not None} == {
        "inburgeraar": 1, "plicht": 1, "traject": 0, "les": 0,
    }  # fmt: skip


def test_a_system_that_is_not_in_the_configuration_yet(town, monkeypatch):
    monkeypatch.setenv("ANDER_URL", "sqlite:///local.db")  # from the configuration's directory, as everywhere
    found = town.hervat("footprint", "suggest", "ander", "--database", "${ANDER_URL}", "--json")
    told = json.loads(found.stdout)
    assert set(told) == {"system", "footprint", "undecided", "reasons"}
    assert told["footprint"]["where"] == {"inburgeraar.wet": "WI2021"}
    blind = town.hervat("footprint", "suggest", "ander", "--database", "${ANDER_URL}", "--no-counts")
    assert yaml.safe_load(blind.stdout)["footprint"]["where"] == {"inburgeraar.wet": "Wi2021"}
    for text in (found.output, blind.output):
        assert made_up_bsn(1) not in text and "Zekere" not in text


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://app:geheim@db/x",
        "postgresql+psycopg://app:ge/heim@db/x",
        "postgresql://db/x?user=a&password=geheim",
    ],
)
def test_a_password_on_the_command_line_is_refused_and_not_repeated(town, url):
    refused = town.hervat("footprint", "suggest", "ander", "--database", url)
    assert refused.exit_code == 2 and "environment variable" in refused.stderr and "heim" not in refused.output


def test_what_is_not_there_is_named(town):
    for asked, said in (
        (["nergens"], "there is no database system 'nergens'"),
        (["x", "--database", "${NIET_GEZET_URL}"], "NIET_GEZET_URL is not set"),
        (["x", "--database", "sqlite:///weg.db"], "there is no database file weg.db"),
        (["x", "--database", "onzin"], "this is not a database URL"),
    ):
        found = town.hervat("footprint", "suggest", *asked)
        assert found.exit_code in (2, 3) and said in found.stderr, found.output


def test_show_writes_a_picture(town, tmp_path):
    target = tmp_path / "x.svg"
    shown = town.hervat("footprint", "show", "inburgering", "--svg", str(target))
    assert shown.exit_code == 0 and "held by traject.inburgeraar_id" in shown.stdout
    assert "from root to person: inburgeraar.persoon_id" in shown.stdout
    root = ElementTree.parse(target).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"persoon", "inburgeraar", "plicht", "traject", "les"} <= {one.text for one in root.iter()}
    assert made_up_bsn(1) not in target.read_text()
    nowhere = town.hervat("footprint", "show", "inburgering", "--svg", str(tmp_path / "no" / "x.svg"))
    assert nowhere.exit_code == 2 and "can't be written" in nowhere.stderr
