"""`hervat plan --rehearse`: the whole execution without an approval, rolled back; doctor asks for one before the first."""

import sqlite3

import pytest

from tests.support.town import made_up_bsn, waiting_town

WRONG = [made_up_bsn(n) for n in (31, 32)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return waiting_town(tmp_path_factory.mktemp("town"), WRONG)


def journal(town):
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        return database.execute("select action, object, result from journal order by seq").fetchall()


def asks(town):
    return [one for one in town.json("doctor")["unwise"] if "hervat plan --rehearse" in one]


def test_red_then_well_then_executed(town):
    before = town.rows()
    town.sql("create trigger bewaar before delete on les when old.id = 7100 begin select raise(ignore); end")
    assert town.hervat("plan", "--rehearse").exit_code == 3  # of the plan without the trigger: a new one is needed
    town.sql("drop trigger bewaar")

    assert len(asks(town)) == 1  # a rehearsal that did not go well is none
    (hash_,) = [one["hash"] for one in town.json("plan", status=1)["plans"]]
    (told,) = town.json("plan", hash_[:8], "--rehearse", status=0)["rehearsals"]
    assert told["goes"] and told["error"] is None
    assert told["rows"] == {"inburgeraar": 2, "plicht": 2, "traject": 2, "les": 4}
    assert told["held"] <= told["seconds"] and told["transactions"] == 1
    assert town.rows() == before
    assert journal(town)[-1] == ("rehearsed", f"plan {hash_[:12]} of inburgering", "it would go; rolled back")
    assert not any(action == "cleaned" or "erased" in result for action, _, result in journal(town))
    assert asks(town) == []

    shown = town.hervat("plan", "--rehearse")
    assert shown.exit_code == 0 and "it would go; everything was rolled back" in shown.stdout
    assert not any(bsn in shown.stdout + shown.stderr for bsn in WRONG) and "Verzonnen" not in shown.stdout
    assert town.json("plan", status=1)["plans"][0]["status"] == "waiting"  # still: a rehearsal approves nothing

    town.hervat("approve", hash_[:12], "--by", "Jansen")
    town.night("2022-03-03", status=None)
    assert town.sql("select count(*) from inburgeraar") == [(0,)]
    assert town.json("plan", "--rehearse", status=0)["rehearsals"] == []


def test_no_such_plan(town):
    assert town.hervat("plan", "0" * 12, "--rehearse").exit_code == 2
