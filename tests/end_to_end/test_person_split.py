"""`hervat person split`: two persons whom one mistyped number joined. All persons are made up."""

import json
import os
import random
import sqlite3
import subprocess
import sys

import pytest

from hervat.register import municipality_lock
from hervat.tasks.installation import Installation
from hervat.vault import Vault
from tests.support.ssh_keys import line, make_key
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

ONE, OTHER, THIRD = (made_up_bsn(number) for number in range(91, 94))
V1, V2, V3 = "1000001001", "1000002002", "1000003003"
FIRST, SECOND = ("--by", "A. Jansen", "--reason", "DUO: typefout"), ("--by", "B. de Vries", "--reason", "DUO: typefout")
MORE = int(os.environ.get("HERVAT_TEST_MORE", "1"))  # so many random downloads, for a long look
BAD = row("SS102", "12-01-2022", ONE, v=V2, group=FAMILY, name="Verkeerd-Verzonnen")


def told(bsn, v, code="SS101", day="10-01-2022", **more):
    return row(code, day, bsn, v=v, group=FAMILY, **{"name": f"Verzonnen-{v[-4:]}"} | more)


def joined(place, registered=(ONE, OTHER), **settings):
    """Return a town in which a row with the BSN of one and the V-nummer of another made one person of two."""
    town = Town(place / "town", approval="required", **settings)
    for number, bsn in enumerate(registered, 1):
        town.register_person(number, bsn)
    town.offer("20220226", told(ONE, V1), told(OTHER, V2), told(OTHER, V2, "SS102", "11-01-2022"))
    town.night("2022-02-26", status=None)
    town.offer("20220227", told(ONE, V1), BAD, told(THIRD, V3), told(OTHER, V2, name="Nieuw-2002"))
    town.night("2022-02-27", status=None)
    return town


def split(town, *numbers, who=FIRST, status=None, more=()):
    typed = "".join(f"{number}\n" for number in numbers)
    return town.json("person", "split", "--person", "1", *who, *more, stdin=typed, status=status)


def split_by_two(town):
    assert split(town, OTHER, V2, status=1)["waits"]
    return split(town, f"V{V2}", OTHER, who=SECOND, status=0)


def register(town, query):
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        return database.execute(query).fetchall()


def signals(town):
    return register(town, "select person_id, code, date, first_seen, last_seen from signal order by 1, 2, 3")


def content(town):
    tables = ("person", "identifier", "signal", "personalia", "sighting_block", "quarantined_row", "download", "hold")
    return {table: town.register_rows(table) for table in tables}


def test_two_persons_get_each_their_own_and_only_the_corrected_one_is_erased(tmp_path):
    town = joined(tmp_path)
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    assert town.night("2022-03-01", status=1)["persons"]["corrected"] == 1
    before = content(town)
    asked = split(town, OTHER, V2, status=1)
    assert asked == {
        "person": 1, "other": None, "waits": True, "moved": 3, "quarantined": 1, "erased_in": [],
    }  # fmt: skip
    assert content(town) == before
    assert "another person" in split(town, OTHER, V2, status=2)["errors"][0]
    done = split(town, f"V{V2}", OTHER, who=SECOND, status=0)
    other = done["other"]
    assert (done["moved"], done["quarantined"], done["waits"]) == (3, 1, False)
    assert [line for line in signals(town) if line[0] in (1, other)] == [
        (1, "SS101", "2022-01-10", "2022-02-26", "2022-02-27"),
        (1, "SS190", "2022-03-01", "2022-03-01", "2022-03-01"),
        (other, "SS101", "2022-01-10", "2022-02-26", "2022-02-27"),
        (other, "SS102", "2022-01-11", "2022-02-26", "2022-02-26"),
    ]
    for number, name in ((1, "Verzonnen-1001"), (other, "Nieuw-2002")):
        shown = town.json("person", "show", "--person", str(number), "--anywhere", "--by", "P", status=0)["persons"][0]
        (place,) = [place for place in shown["places"] if place["table"] == "personalia"]
        assert place["rows"][0]["value"]["surname"] == name
    (held,) = town.json("quarantine", "list", status=1)["quarantine"]
    assert (held["reason"], held["row"]) == ("joins_two", 3)
    night = town.night("2022-03-02", status=1)
    assert (night["persons"]["corrected"], night["persons"]["parked"], night["errors"]) == (1, 2, [])
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "C. Bakker", status=0)
    town.night("2022-03-03", status=1)
    assert town.sql("select p.bsn from inburgeraar i join persoon p on p.id = i.persoon_id") == [(OTHER,)]
    assert town.json("verify", status=0) == {"wrong": []}


def test_the_same_bad_row_in_a_later_download_is_quarantined_and_joins_nobody_again(tmp_path):
    town = joined(tmp_path)
    other = split_by_two(town)["other"]
    owners = register(town, "select id, person_id from identifier")
    bridge = [told(ONE, "1000007007"), told(OTHER, "1000007007", "SS103")]
    town.offer("20220301", told(ONE, V1), BAD, told(OTHER, V2), *bridge)
    night = town.night("2022-03-01", status=1)
    assert night["rows"] == {"read": 5, "loaded": 0, "known": 3, "foreign": 0, "quarantined": 2, "unknown_code": 0}
    assert night["errors"] == []
    now = dict(register(town, "select id, person_id from identifier"))
    (bridged,) = now.keys() - dict(owners).keys()
    assert now == {**dict(owners), bridged: 1} and other != 1
    held = [(one["download_id"], one["reason"]) for one in town.json("quarantine", "list", status=1)["quarantine"]]
    assert held == [(2, "joins_two"), (3, "joins_two"), (3, "joins_two")]
    town.json("quarantine", "reject", "3", "--row", "3", "--by", "A", "--reason", "typefout", status=0)


_KILLED = """
import os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
wrote = False
@event.listens_for(Engine, "after_cursor_execute")
def after(_connection, _cursor, statement, *rest):
    global wrote
    wrote = wrote or statement.startswith("DELETE FROM signal")
@event.listens_for(Engine, "commit")
def commit(_connection):
    if wrote:
        os.kill(os.getpid(), signal.SIGKILL)
from hervat.cli.commands import app
app(sys.argv[1:])
"""


def test_killed_in_a_split_nothing_has_changed_and_afterwards_the_counts_of_each_download_add_up(tmp_path):
    town = joined(tmp_path)
    split(town, OTHER, V2, status=1)
    before = content(town)
    command = ["person", "split", "--person", "1", *SECOND, "--config", str(town.directory)]
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, *command], input=f"{OTHER}\n{V2}\n", text=True, capture_output=True, check=False
    )
    assert (killed.returncode, content(town)) == (-9, before), killed.stderr
    split(town, OTHER, V2, who=SECOND, status=0)
    for read, loaded, known, foreign, held in register(
        town, "select rows_read, rows_loaded, rows_known, rows_foreign, rows_quarantined from download"
    ):
        assert read == loaded + known + foreign + held
    assert town.night("2022-03-01", status=1)["errors"] == []  # the self-check of the register is part of it


def test_numbers_that_are_not_one_of_the_two_change_nothing(tmp_path):
    town = joined(tmp_path)
    before = content(town)
    for numbers, why in (
        ((), "give every number"),
        ((ONE, V1, OTHER, V2), "give every number"),
        ((THIRD,), "one of the numbers given is not of person 1"),
        ((OTHER,), "do not tie the numbers"),
        ((OTHER, V1), "do not tie the numbers"),
    ):
        answer = split(town, *numbers, status=2)
        assert why in answer["errors"][0] and not any(number in json.dumps(answer) for number in numbers)
    assert content(town) == before and town.register_rows("separate") == []
    split(town, OTHER, V2, status=1)
    assert split(town, ONE, V1, who=SECOND, status=1)["waits"], "other numbers start again"
    assert content(town) == before and len(town.register_rows("separate")) == 1


def test_a_destroyed_original_and_a_ready_plan_refuse_a_split(tmp_path):
    town = joined(tmp_path, registered=(ONE,))
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan", status=1)["plans"]
    town.json("approve", plan["hash"], "--by", "C. Bakker", status=0)
    assert "ready to be executed" in split(town, OTHER, V2, status=2)["errors"][0]
    town.json("person", "hold", "--person", "1", "--ground", "18", *FIRST, status=1)
    town.night("2022-03-02", status=1)
    with municipality_lock(Installation(town.directory).register, "0000"):
        assert "another run is at work" in split(town, OTHER, V2, status=3)["errors"][0]
    split(town, OTHER, V2, status=1)
    _destroy(town)
    assert "download 1 was destroyed" in split(town, OTHER, V2, who=SECOND, status=2)["errors"][0]


def _destroy(town):
    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0])
    vault = Vault(night.settings.vault, night.keyring)
    vault.end(vault.objects("download")[0].id, ("A", "B"), "proef")


def test_holds_go_to_both_and_it_must_be_said_whose_decisions_are(tmp_path):
    town = joined(tmp_path)
    town.json("person", "hold", "--person", "1", "--ground", "21", *FIRST, status=1)
    kennis = ("optin", "kennisgeving", "--person", "1", "--date", "2022-01-12", "--by", "A. Jansen")
    assert town.hervat(*kennis).exit_code == 0
    assert "--decisions own" in split(town, OTHER, V2, status=2)["errors"][0]
    split(town, OTHER, V2, status=1, more=("--decisions", "other"))
    other = split(town, OTHER, V2, who=SECOND, status=0, more=("--decisions", "other"))["other"]
    assert register(town, "select person_id from wrong_notification") == [(other,)]
    assert register(town, "select person_id, ground from hold order by 1") == [(1, "21"), (other, "21")]


def test_on_postgresql_as_on_sqlite(tmp_path, postgres_url):
    town = joined(tmp_path, register=postgres_url)
    other = split_by_two(town)["other"]
    person = about(town, OTHER)
    assert (person["number"], {code for code, *_ in person["signals"]}) == (other, {"SS101", "SS102"})
    town.offer("20220301", told(ONE, V1), BAD, told(OTHER, V2))
    night = town.night("2022-03-01", status=1)
    assert (night["rows"]["quarantined"], night["errors"], about(town, OTHER)["number"]) == (1, [], other)


def about(town, bsn):
    """Return what the register has of a person: number, identifiers, signals as seen, and personalia."""
    asked = ("person", "show", "--anywhere", "--by", "P. Officer")
    (person,) = town.json(*asked, stdin=f"{bsn}\n", status=0)["persons"]
    rows = {place["table"]: place["rows"] for place in person["places"]}
    names = ("code", "date", "wet", "doelgroep", "first_seen", "last_seen")
    return {
        "number": person["person"],
        "identifiers": {one["value"] for one in rows["identifier"]},
        "signals": sorted(tuple(str(one[name]) for name in names) for one in rows["signal"]),
        "personalia": [(one["value"], one["said_on"]) for one in rows["personalia"]],
    }


@pytest.mark.parametrize("seed", range(MORE))
def test_after_a_split_all_is_as_if_the_wrong_rows_had_never_come(tmp_path, seed):
    """Random rows of two persons in three downloads, with wrong ones among them, beside the same without these."""
    draw = random.Random(seed)
    days = ("20220226", "20220227", "20220228")
    whole, right = Town(tmp_path / "whole"), Town(tmp_path / "right")
    for number, day in enumerate(days):
        rows = [told(ONE, V1), told(OTHER, V2)] if number == 0 else []
        for _ in range(5):
            bsn, v = draw.choice(((ONE, V1), (OTHER, V2), (ONE, ""), ("", V2)))
            rows.append(told(bsn, v, draw.choice(("SS101", "SS102", "SS103")), name=f"Naam-{draw.randint(1, 9)}"))
        wrong = [
            told(*draw.choice(((ONE, V2), (OTHER, V1))), "SS104", name="Verkeerd") for _ in range(draw.randint(1, 2))
        ]
        mixed = draw.sample([*rows, *wrong], len(rows) + len(wrong))
        whole.offer(day, *mixed)
        right.offer(day, *[one for one in mixed if one in rows])
    for town in (whole, right):
        town.night("2022-02-28", status=None)
    split_by_two(whole)
    for bsn in (ONE, OTHER):
        assert {**about(whole, bsn), "number": 0} == {**about(right, bsn), "number": 0}


def test_with_approvers_a_split_takes_two_keys_and_what_moves_with_it_stays_verified(tmp_path):
    town = joined(tmp_path)
    keys = {name: make_key(tmp_path, name) for name in ("anna", "bram")}
    (town.directory / "approvers").write_text("".join(line(name, key) for name, key in keys.items()))
    config = town.directory / "hervat.yaml"
    config.write_text(config.read_text().replace('former_codes: ["0001"]', "approvers: approvers"))
    by = {name: ("--key", str(key), "--reason", "DUO: typefout") for name, key in keys.items()}
    for name in keys:
        town.json("person", "hold", "--person", "1", "--ground", "18", *by[name], status=None)
    assert "takes a signature here" in split(town, OTHER, V2, status=2)["errors"][0]
    assert split(town, OTHER, V2, who=by["anna"], status=1)["waits"]
    assert "another person" in split(town, OTHER, V2, who=by["anna"], status=2)["errors"][0]
    assert split(town, V2, OTHER, who=by["bram"], status=0)["other"] is not None
    assert len(town.register_rows("hold")) == 2 and town.json("verify", status=0)["wrong"] == []
    with sqlite3.connect(town.directory / "var" / "register.db") as database:
        database.execute("update separate set second_by = 'carla'")
    assert town.json("verify", status=3)["wrong"] == [
        "signatures of 0000: person split: the decision of carla is not signed"
    ]
