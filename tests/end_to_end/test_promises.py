"""Promises of PROOFS.md that no other test showed from outside."""

import shutil

import pytest
from sqlalchemy import select

from hervat.register import Register
from hervat.register.models import SignalRow
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

ONE, TWO, THREE = (made_up_bsn(n) for n in (71, 72, 73))


def corrected(town, *bsns):
    for number, bsn in enumerate(bsns, 1):
        town.register_person(number, bsn)
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in bsns])


def cleaned(told):
    return told["cleaning"][0]["cleaned"], told["cleaning"][0]["waiting"]


def configured(town, before, after):
    path = town.directory / "hervat.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


@pytest.mark.parametrize("brake", ["{persons: 1, share: 1.0}", "{persons: 100, share: 0.5}"])
def test_the_brake(tmp_path, brake):
    town = Town(tmp_path / "town")
    configured(town, "{persons: 1000, share: 1.0}", brake)
    corrected(town, ONE, TWO)
    assert cleaned(town.night("2022-03-01", status=1)) == (0, 2)
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["why"] == "brake"
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    assert cleaned(town.night("2022-03-01", status=0)) == (2, 0)


def test_four_eyes_are_two_different_persons(tmp_path):
    town = Town(tmp_path / "town", approval="required\n        four_eyes: true")
    corrected(town, ONE)
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    assert town.json("approve", plan["hash"], "--by", "a.  JANSEN", status=2)["errors"]
    assert cleaned(town.night("2022-03-02", status=1)) == (0, 1)
    town.json("approve", plan["hash"][:12], "--by", "B. de Vries", status=0)
    assert cleaned(town.night("2022-03-02", status=0)) == (1, 0)


def test_a_plan_for_persons_whom_somebody_else_took_away_waits_for_nobody(tmp_path):
    town = Town(tmp_path / "town", approval="required")
    corrected(town, ONE)
    assert cleaned(town.night("2022-03-01", status=1)) == (0, 1)
    for statement in (
        "les where traject_id = 1",
        "traject where id = 1",
        "inburgeraar where id = 1",
        "plicht where id = 1",
    ):
        town.sql(f"delete from {statement}")
    told = town.night("2022-03-02", status=0)
    assert cleaned(told) == (0, 0) and told["gate"]["open"] is True


def test_an_approval_lapses(tmp_path):
    town = Town(tmp_path / "town", approval="required\n        approval_days: 3")
    corrected(town, ONE)
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", "--as-of", "2022-03-01", status=0)
    assert cleaned(town.night("2022-03-05", status=1)) == (0, 1)


def test_a_choice_of_law_takes_a_kennisgeving_and_its_day(tmp_path):
    town = Town(tmp_path / "town")
    corrected(town, ONE)
    town.offer("20220302", row("SS101", "10-01-2022", TWO, group=FAMILY))
    town.night("2022-03-02", status=0)
    choice = ["optin", "record", "--law", "Wi2021", "--by", "A. Jansen", "--reason", "gesprek"]
    said = town.json(*choice, "--date", "2022-05-23", stdin=f"{ONE}\n", status=2)["errors"]
    assert "open from 2022-05-24" in said[0]
    said = town.json(*choice, "--date", "2022-05-24", stdin=f"{ONE}\n", status=2)["errors"]
    assert "kennisgeving" in said[0]
    told = ["optin", "kennisgeving", "--date", "2022-01-12", "--by", "A. Jansen"]
    number = town.json(*told, stdin=f"{ONE}\n", status=0)["person"]
    town.json(*choice, "--date", "2022-05-24", "--person", str(number), status=0)
    told = town.night("2022-05-24", status=1)  # he was erased: a person must fill the system in again
    assert told["persons"]["reinstated"] == 1
    assert sum(line["persons"] for line in told["refill"]) == 1
    assert "nothing to decide" in town.json(*choice, "--date", "2022-05-24", stdin=f"{TWO}\n", status=2)["errors"][0]
    assert "not a valid BSN" in town.json(*choice, "--date", "2022-05-24", stdin="123456789\n", status=2)["errors"][0]


def test_a_ten_week_signal_is_recorded_as_may_be_ignored(tmp_path):
    town = Town(tmp_path / "town")
    town.offer("20220301", row("SS126", "01-03-2022", ONE, group=ASYLUM), row("SS120", "01-03-2022", ONE, group=ASYLUM))
    town.offer("20220610", row("SS126", "10-06-2022", TWO, group=ASYLUM))
    town.night("2022-06-10", status=1)  # he is not seen again: DUO is to be asked
    with Register(f"sqlite:///{town.directory}/var/register.db").session() as session:
        found = {(one.code, str(one.date)): one.may_be_ignored for one in session.scalars(select(SignalRow))}
    assert found == {("SS126", "2022-03-01"): True, ("SS120", "2022-03-01"): False, ("SS126", "2022-06-10"): False}


def test_an_older_vault_is_noticed(tmp_path):
    town = Town(tmp_path / "town")
    town.offer("20220301", row("SS101", "10-01-2022", ONE, group=FAMILY))
    town.night("2022-03-01", status=0)
    vault = town.directory / "var" / "vault"
    shutil.copytree(vault, tmp_path / "older")
    town.offer("20220302", row("SS101", "10-01-2022", TWO, group=FAMILY))
    town.night("2022-03-02", status=0)
    assert town.json("verify", status=0) == {"wrong": []}
    shutil.rmtree(vault)
    shutil.copytree(tmp_path / "older", vault)
    (wrong,) = town.json("verify", status=3)["wrong"]
    assert "is not in the vault" in wrong


def test_a_person_with_several_bsns_needs_an_approval(tmp_path):
    town = Town(tmp_path / "town")
    town.register_person(1, ONE)
    town.offer(
        "20220301",
        row("SS101", "10-01-2022", ONE, v="77", group=ASYLUM),
        row("SS101", "10-01-2022", THREE, v="77", group=ASYLUM),
        row("SS190", "01-03-2022", ONE),
    )
    told = town.night("2022-03-01", status=1)
    assert told["persons"]["corrected"] == 1 and cleaned(told) == (0, 1)
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["why"] == "several BSNs"


def test_no_bsn_goes_into_the_journal_by_a_reason(tmp_path):
    town = Town(tmp_path / "town")
    town.register_person(1, ONE)
    town.offer(
        "20220301",
        row("SS190", "01-03-2022", ONE),
        row("SS101", "01-03-2022", ONE, group=FAMILY),
        row("SS101", "01-03-2022", "123456789"),
        row("SS101", "01-03-2022", TWO, gemeente="0363"),
    )
    town.night("2022-03-01", status=1)
    told = ["--by", "A. Jansen", "--reason", f"gebeld over {TWO}"]
    for command in (
        ["quarantine", "reject", "1", "--row", "4", *told],
        ["incidents", "close", "1", *told],
        ["optin", "record", "--law", "Wi2013", "--person", "1", *told],
    ):
        (said,) = town.json(*command, status=2)["errors"]
        assert "holds a BSN" in said and TWO not in said
