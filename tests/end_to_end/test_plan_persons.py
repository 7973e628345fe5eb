"""Who approves a plan can see whom it is about: on a terminal alone, by number and key, and it is journalled."""

import socket
import sqlite3

import pytest

from hervat.acting import account
from tests.support.terminal import on_terminal
from tests.support.town import made_up_bsn, waiting_town

WRONG = [made_up_bsn(n) for n in (31, 32)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return waiting_town(tmp_path_factory.mktemp("town"), WRONG)


def looked(town):
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        asked = "select actor, object, result from journal where action = 'persons of a plan shown'"
        return database.execute(asked).fetchall()


def plan_hash(town):
    return town.json("plan", status=1)["plans"][0]["hash"]


def test_the_persons_are_shown_by_number_and_key_and_who_looked_is_journalled(town):
    hash_ = plan_hash(town)
    before = looked(town)
    shown = on_terminal("plan", hash_[:12], "--persons", "--config", str(town.directory))
    assert shown.status == 0, shown.text
    ids = {bsn: row for row, bsn in enumerate(WRONG, 1)}
    lines = [line.split() for line in shown.lines]
    assert [str(ids[WRONG[0]]), "inburgeraar", "71", "ss190", "2022-03-01"] in lines
    assert [str(ids[WRONG[1]]), "inburgeraar", "72", "ss190", "2022-03-02"] in lines
    assert "inburgering: 2 persons" in shown.text
    assert not any(bsn in shown.text for bsn in WRONG) and "Verzonnen" not in shown.text
    (line,) = looked(town)[len(before) :]
    assert line == (
        account(), f"plan {hash_[:12]} of inburgering", f"2 persons shown to account {account()} on {socket.gethostname()}"
    )  # fmt: skip


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_what_is_piped_or_json_gets_no_person(town, more):
    before = looked(town)
    refused = town.hervat("plan", plan_hash(town), "--persons", *more)
    assert refused.exit_code == 2
    told = refused.stdout + refused.stderr
    assert "on a terminal" in told and "inburgeraar" not in told
    assert looked(town) == before


def test_on_a_terminal_json_is_refused_too(town):
    shown = on_terminal("plan", plan_hash(town), "--persons", "--json", "--config", str(town.directory))
    assert shown.status == 2 and "inburgeraar 71" not in shown.text


def test_no_hash_and_no_such_plan_are_told(town):
    without = on_terminal("plan", "--persons", "--config", str(town.directory), columns=200)
    assert without.status == 2 and "`hervat plan HASH --persons`" in without.text
    other = on_terminal("plan", "0" * 12, "--persons", "--config", str(town.directory), columns=200)
    assert other.status == 2 and "no plan waits under the hash" in other.text


def test_a_hash_alone_shows_that_plan(town):
    hash_ = plan_hash(town)
    assert town.json("plan", hash_[:8], status=1)["plans"][0]["hash"] == hash_
    assert town.hervat("plan", "0" * 12).exit_code == 2


def test_a_key_that_is_the_bsn_itself_is_not_shown(tmp_path):
    from hervat.erasure import open_system
    from hervat.erasure.selection.roots import root_keys
    from hervat.settings import Footprint, PersonTable, System

    with sqlite3.connect(tmp_path / "local.db") as local:
        local.executescript(
            "create table persoon (bsn varchar(9) primary key);"
            "create table traject (bsn varchar(9) references persoon(bsn), jaar integer, primary key (bsn, jaar));"
        )
        local.execute("insert into persoon values (?)", (WRONG[0],))
        local.execute("insert into traject values (?, 2022)", (WRONG[0],))
    footprint = Footprint(person=PersonTable(table="persoon", bsn="bsn"), root="traject")
    system = System(name="s", database=f"sqlite:///{tmp_path}/local.db", footprint=footprint)
    with open_system(system) as local:
        assert root_keys(local, {"k": frozenset({WRONG[0]})}) == {"k": ["traject (the BSN), 2022"]}
