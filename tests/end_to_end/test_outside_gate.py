"""The CBS gate from outside: what shuts it, and who may open it."""

import pytest

from tests.support.town import Town, made_up_bsn, row

WRONG = made_up_bsn(21)
PREPARE = ("cbs", "prepare", "--quarter", "2022Q1", "--as-of", "2022-03-01")


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


@pytest.mark.parametrize("steps", [("fetch",), ("fetch", "validate")])
def test_a_secured_file_that_is_not_loaded_shuts_the_gate(town, steps):
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    for step in steps:
        told = town.night("2022-03-01", "--step", step, status=None)
    assert told["gate"] == {"open": False, "reasons": [{"code": "download_unloaded", "count": 1}]}
    assert town.json(*PREPARE, status=1)["municipalities"][0]["written"] is False


def test_an_acceptance_holds_for_those_whom_it_held_and_no_more(town):
    day = ("--as-of", "2022-03-25")
    prepare, accept = ("cbs", "prepare", "--quarter", "2022Q1", *day), ("cbs", "accept", "--quarter", "2022Q1", *day)
    orphans = (*accept, "--code", "orphans", "--reason", "nagevraagd bij DUO", "--by")
    town.register_person(1, WRONG)
    town.night("2022-03-25", status=1)
    for name in ("A. Jansen", "B. de Vries"):
        town.json(*orphans, name, status=0)
    assert town.json(*prepare, status=0)["municipalities"][0]["written"] is True
    town.register_person(2, made_up_bsn(22))
    shut = town.json(*prepare, status=1)["municipalities"][0]["gate"]
    assert shut == {"open": False, "reasons": [{"code": "orphans", "count": 2, "system": "inburgering"}]}
    for name in ("A. Jansen", "C. Bakker"):
        town.json(*orphans, name, status=0)
    assert town.json(*prepare, status=0)["municipalities"][0]["gate"]["open"] is True
    assert town.json("cbs", "prepare", "--quarter", "2022Q2", *day, status=1)["municipalities"][0]["written"] is False


def test_an_approved_plan_is_void_when_one_of_its_persons_is_reinstated(tmp_path):
    other = made_up_bsn(23)
    town = Town(tmp_path / "town", approval="required")
    town.register_person(1, WRONG)
    town.register_person(2, other)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS190", "01-03-2022", other))
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    town.offer("20220302", row("SS101", "02-03-2022", other, group="Gezinshereniger"))
    told = town.night("2022-03-02", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 1, "cleaned": 0, "reappeared": 0}]
    assert town.sql("select count(*) from inburgeraar") == [(2,)]
    assert town.hervat("approve", plan["hash"], "--by", "B. de Vries").exit_code == 2
