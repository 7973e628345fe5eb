"""The journal of a night, of commands and of a flow: the account, the host, the words of the command, run and step."""

import sqlite3

import pytest
from prefect.logging import disable_run_logger

from hervat.acting import Acting
from hervat.flows.incidents import incident_record
from tests.support.town import FAMILY, Town, made_up_bsn, row

BSN = made_up_bsn(1)
LEAK = ("--what", "werklijst zoek", "--categories", "namen", "--discovered", "2022-03-01T10:00")


@pytest.fixture
def town(tmp_path):
    town = Town(tmp_path / "town")
    town.offer("20220301", row("SS101", "01-02-2022", BSN, group=FAMILY, name="Verzonnen"))
    return town


def acted(town):
    """Return action -> (account, host, command, run, step) of its lines."""
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        rows = database.execute("select action, account, host, command, run, step from journal order by seq").fetchall()
    return {action: {line[1:] for line in rows if line[0] == action} for action, *_ in rows}


def test_a_night_s_lines_bear_its_run_and_step_and_what_follows_it_neither(town):
    town.night("2022-03-01")
    town.night("2022-03-02")
    town.json("incidents", "open", *LEAK, "--by", "A. Jansen", status=0)
    lines, here = acted(town), Acting()
    us = (here.account, here.host)
    assert lines["secured"] == {(*us, "run", 1, "fetch")} and lines["loaded"] == {(*us, "run", 1, "load")}
    assert lines["run begun"] == lines["run ended"] == {(*us, "run", 1, ""), (*us, "run", 2, "")}
    assert lines["incident opened"] == {(*us, "incidents open", None, "")}
    assert town.json("verify", status=0)["wrong"] == []


def test_a_flow_is_named_as_in_prefect(town, monkeypatch):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))
    number = town.json("incidents", "open", *LEAK, "--by", "A. Jansen", status=0)["incident"]
    with disable_run_logger():
        incident_record.fn(number, "nagegaan", "judged: risk", by="A. Jansen")
    assert {line[2:] for line in acted(town)["judged: risk"]} == {("flow incident-record", None, "")}


@pytest.mark.slow
def test_nights_side_by_side_bear_the_command_of_their_run(town):
    town.night("2022-03-01", "--jobs", "2")
    assert {line[2:] for line in acted(town)["loaded"]} == {("run", 1, "load")}
