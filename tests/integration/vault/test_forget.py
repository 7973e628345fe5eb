"""`hervat person forget`: by two, when nothing is open; afterwards no search finds anything. All persons are made up."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger
from sqlalchemy import select

from hervat.errors import UsageError
from hervat.flows.persons import person_forget
from hervat.register import models as m
from tests.support.forgetting import EVERY, NAME, VALUES, WRONG, A, B, V, finds, night_of, rows_of, vault_of
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

OTHER, FOREIGN, STRANGER = (made_up_bsn(number) for number in range(172, 175))
TERMS = "{download: 30d, notice: 30d}"


def configure(town, closed="closed_on: 2022-06-01", retention=TERMS):
    town.configure()
    shipped = Path(__file__).parents[3] / "config" / "rounds" / "restart-2022.yaml"
    (town.directory / "round.yaml").write_text(shipped.read_text() + closed + "\n")
    config = town.directory / "hervat.yaml"
    config.write_text(f"rounds: [round.yaml]\nretention: {retention}\n" + config.read_text())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A town in which everything about a corrected person is done, and his rows in the local system are gone."""
    place = tmp_path_factory.mktemp("forget") / "town"
    town = Town(place)
    for number, bsn in enumerate((WRONG, OTHER), 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    told = {"group": FAMILY, "name": NAME, "born": "02-03-1980", "v": V}
    town.offer(
        "20220112", row("SS101", "10-01-2022", WRONG, **told), row("SS101", "10-01-2022", OTHER, group=FAMILY),
        row("SS101", "10-01-2022", FOREIGN, group=FAMILY, gemeente="0363"),
    )  # fmt: skip
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    town.night("2022-03-01", status=None)
    town.offer("20220401", row("SS101", "10-01-2022", OTHER, group=FAMILY))
    town.night("2022-04-01", status=None)
    confirmed = ("--status", "klaar", "--date", "2022-04-02", "--by", "A. Eerste")
    for notice in town.json("notices", "list")["notices"]:
        town.json("notices", "confirm", "--number", notice["number"], *confirmed, status=0)
    town.json("incidents", "duo-told", "1", "--by", "A. Eerste", status=0)
    town.json("incidents", "close", "1", "--no-risk", "--by", "A. Eerste", "--reason", "afgehandeld", status=0)
    for table, column in (("les", "traject_id"), ("traject", "id"), ("inburgeraar", "id"), ("verstrekking", "id")):
        town.sql(f"delete from {table} where {column} = 1")
    configure(town)
    return place, town


def forget(town, *by, bsn=WRONG, status):
    (person,) = town.json("person", "forget", *by, stdin=f"{bsn}\n", status=status)["persons"]
    return person


def test_two_persons_do_it_and_no_search_finds_anything_of_the_person_afterwards(town):
    xml = town.directory / "var" / "output" / "cbs" / "0000" / "2022Q1" / "swi.xml"
    xml.parent.mkdir(parents=True)
    xml.write_text(f"<bsn>{WRONG}</bsn>")
    xml.with_name("other.xml").write_text(f"<bsn>{OTHER}</bsn>")
    everywhere = {"identifier.sealed", "identifier.pseudonym", "personalia.sealed", "told.key", "disclosure.bsn",
                  "plan_person.key", "download in the vault", "notice in the vault", "var/output/worklist/0000.xlsx",
                  "var/output/cbs/0000/2022Q1/swi.xml"}  # fmt: skip
    assert finds(town.directory, *VALUES) >= everywhere
    before, objects = rows_of(town.directory), vault_of(town.directory).objects()
    waits = forget(town, *A, status=1)
    assert (waits["state"], waits["agreed_by"], waits["ended"]) == ("waits", "A. Eerste", {})
    assert {one["kind"] for one in waits["destroys"]} == {"download", "notice"}
    again = forget(town, "--by", " a.  EERSTE", "--reason", "x", status=1)
    assert (again["state"], again["agreed_by"]) == ("waits", "A. Eerste")
    assert finds(town.directory, *VALUES) >= everywhere and vault_of(town.directory).objects() == objects
    done = forget(town, *B, status=0)
    assert (done["state"], done["person"], done["ended"]["signal"]) == ("forgotten", 1, 2)
    assert finds(town.directory, *VALUES) == set()
    assert done["removed"] == [str(town.directory / "var/output/worklist/0000.xlsx"), str(xml)]
    assert xml.with_name("other.xml").exists() and any("backups" in text for text in done["by_hand"])
    gone = {one["id"] for one in waits["destroys"]}
    assert {thing.id for thing in objects} - {thing.id for thing in vault_of(town.directory).objects()} == gone
    (page,) = done["statements"]
    assert "30 dagen" in Path(page).read_text() and "B. Tweede" in Path(page).read_text()
    assert town.json("verify", status=0) == {"wrong": []}
    after = rows_of(town.directory)
    changed = {place for place, line in before.items() if after.get(place) != line}
    destroyed = {"enclosure"}  # with its archived notice
    assert {name for name, _ in changed} == done["ended"].keys() - {"forgetting"} | destroyed
    assert all(f"'person_id': {other}," not in before[place] for place in changed for other in (2, 3))
    assert {name for name, _ in after.keys() - before.keys()} == {"journal", "forgotten", "destruction"}
    lines = [line for (name, _), line in after.items() if name == "journal" and "'person 1'" in line]
    assert any("person forgotten" in line for line in lines) and not any(WRONG in line for line in lines)
    assert town.hervat("person", "forget", *A, "--person", "1").exit_code == 2


def test_the_form_does_it_by_number(town, monkeypatch):
    monkeypatch.setenv("HERVAT_CONFIG", str(town.directory))

    def submit(number, by):
        with disable_run_logger():
            return person_forget.fn.__wrapped__(number, "verzoek 12", by)

    with pytest.raises(UsageError, match="refused, for something is open: "):
        submit(2, "A. Eerste")
    assert submit(1, "A. Eerste").name == submit(1, "A. Eerste").name == "Waits"
    assert submit(1, "B. Tweede").message.startswith("person 1 is forgotten: ")
    assert finds(town.directory, *VALUES) == set()
    with pytest.raises(UsageError, match="hervat holds nothing about this person"):
        submit(1, "A. Eerste")


def test_life_goes_on_and_a_new_signal_is_new(town):
    forget(town, *A, status=1)
    forget(town, *B, status=0)
    account = town.night("2022-05-01", status=None)
    assert (account["errors"], account["files"]["fetched"], account["rows"]["read"]) == ([], 0, 0)
    assert finds(town.directory, *VALUES) == set(), "no file at the source brings back what was forgotten"
    town.offer("20220601", row("SS101", "02-05-2022", WRONG, group=FAMILY, v=V))
    account = town.night("2022-06-01", status=None)
    assert (account["errors"], account["rows"]["loaded"]) == ([], 1)
    assert town.json("verify", status=0) == {"wrong": []}
    (person,) = town.json("person", "show", "--anywhere", "--by", "P. Officer", stdin=f"{WRONG}\n")["persons"]
    signals = next(place["rows"] for place in person["places"] if place["table"] == "signal")
    assert [one["date"] for one in signals] == ["2022-05-02"] and person["person"] > 2


def test_all_that_is_open_is_told_at_once_and_ends_an_agreement(town):
    forget(town, *A, status=1)
    configure(town, closed="", retention="{download: 99y}")
    town.sql("insert into inburgeraar values (9, 1, 'Wi2021', 'actief', null)")
    with night_of(town.directory).register.session() as session:
        session.scalars(select(m.Notice).where(m.Notice.kind == "correction")).one().received_on = None
        session.scalars(select(m.Notice).where(m.Notice.kind == "correction")).one().done_on = None
    refused = forget(town, *B, status=2)
    assert (refused["state"], refused["ended"]) == ("refused", {})
    for said in ("round restart-2022", "registered in inburgering", "is not confirmed", "download 1 is about a round"):
        assert any(said in text for text in refused["open"]), said
    told = town.hervat("person", "forget", *B, "--person", "1")
    assert told.exit_code == 2 and "registered in inburgering" in told.output and WRONG not in told.output
    town.sql("delete from inburgeraar where id = 9")
    with night_of(town.directory).register.session() as session:
        session.scalars(select(m.Notice).where(m.Notice.kind == "correction")).one().done_on = date(2022, 4, 2)
    configure(town, retention="{download: 99y}")
    assert forget(town, *B, status=2)["open"] == [
        f"download {n} stays until 2121-06-01 (`retention.download`)" for n in (1, 2)
    ]
    configure(town)
    assert forget(town, *B, status=1)["agreed_by"] == "B. Tweede", "the agreement of the first lapsed"
    configure(town, retention="{}")
    assert forget(town, *A, status=0)["state"] == "forgotten", "without a term the decision of two is enough"
    assert finds(town.directory, *VALUES) == set() and town.json("verify", status=0) == {"wrong": []}


def test_an_agreement_is_about_what_is_destroyed(town):
    forget(town, *A, status=1)
    vault_of(town.directory).end(vault_of(town.directory).objects("download")[0].id, ("een", "twee"), "termijn")
    assert forget(town, *B, status=1)["agreed_by"] == "B. Tweede"


def test_who_is_in_an_original_or_a_disclosure_alone_is_forgotten_too(town):
    assert finds(town.directory, FOREIGN) == {"download in the vault"}
    assert [one["kind"] for one in forget(town, *A, bsn=FOREIGN, status=1)["destroys"]] == ["download"]
    assert forget(town, *B, bsn=FOREIGN, status=0)["person"] is None
    assert finds(town.directory, FOREIGN) == set() and town.json("verify", status=0) == {"wrong": []}
    night = night_of(town.directory)
    with night.register.session() as session:
        seal, pseudonym = night.keyring.seal, night.keyring.pseudonym
        given = {"system": "x", "party": "school", "provided_on": date(2022, 2, 1), "captured_on": date(2022, 2, 1)}
        keyed = {"key": pseudonym("bsn", STRANGER), "bsn": seal(STRANGER.encode(), "disclosure")}
        session.add(m.DisclosedTo(municipality="0000", **given, **keyed))
    night.register.close()
    forget(town, *A, bsn=STRANGER, status=1)
    assert forget(town, *B, bsn=STRANGER, status=0)["ended"] == {"disclosure": 1}
    assert finds(town.directory, STRANGER) == set()
    nobody = town.json("person", "forget", *A, stdin=f"{made_up_bsn(199)}\n", status=2)
    assert nobody["errors"] == [
        "hervat holds nothing about this person, where it can search by number; nothing was done"
    ]
    for number, by in (("123", A), (WRONG, ("--by", "A", "--reason", f"van {WRONG}"))):
        refused = town.hervat("person", "forget", *by, stdin=f"{number}\n")
        assert refused.exit_code == 2 and WRONG not in refused.output


def registers(town):
    return [path for path in (town.directory / "var").iterdir() if path.name.startswith("register.db")]


def test_a_restored_register_is_made_to_forget_again(town, tmp_path):
    for path in registers(town):
        shutil.copy(path, tmp_path)
    forget(town, *A, status=1)
    forget(town, *B, status=0)
    lines = rows_of(town.directory)
    for path in registers(town):
        path.unlink()
    for path in tmp_path.iterdir():
        shutil.copy(path, town.directory / "var")
    assert finds(town.directory, *VALUES) >= {"identifier.sealed", "told.key"}
    assert town.hervat("run").exit_code == 3
    assert any(
        "1 person(s) in the register of 0000 were forgotten" in text for text in town.json("verify", status=3)["wrong"]
    )
    assert any("were forgotten already" in text for text in town.json("doctor", status=3)["failing"])
    (done,) = town.json("vault", "reconcile", "--by", "A. Eerste", status=0)["reconciled"]
    assert done["forgotten"] == 1
    town.night("2022-04-02", status=None)
    assert finds(town.directory, *VALUES) == set() and town.json("verify", status=0) == {"wrong": []}
    same = ("person", "identifier", "signal", "disclosure", "told", "personalia", "sighting_block")
    after = rows_of(town.directory)
    assert {p for p in after if p[0] in same} == {p for p in lines if p[0] in same}
    (again,) = town.json("vault", "reconcile", "--by", "A. Eerste", status=0)["reconciled"]
    assert again["forgotten"] == 0
    assert not any("forgotten" in text for text in town.json("doctor", status=None)["failing"])


def test_a_mark_is_recognised_after_a_renewal_of_the_keys(town):
    forget(town, *A, status=1)
    forget(town, *B, status=0)
    assert town.hervat("vault", "rotate", "--by", "A. Eerste").exit_code == 0
    assert town.json("verify", status=0) == {"wrong": []}
    night = night_of(town.directory)
    with night.register.session() as session:  # as a register of before would be, under the new keys
        session.query(m.Forgotten).delete()
        person = m.Person(municipality="0000")
        session.add(person)
        session.flush()
        keyed = {"pseudonym": night.keyring.pseudonym("v", V), "sealed": night.keyring.seal(V.encode(), "identifier")}
        session.add(m.Identifier(municipality="0000", kind="v", person_id=person.id, **keyed))
    night.register.close()
    assert len(town.json("verify", status=3)["wrong"]) == 1
    assert town.json("vault", "reconcile", "--by", "A. Eerste", status=0)["reconciled"][0]["forgotten"] == 1
    assert finds(town.directory, *VALUES) == set()


def test_killed_at_every_step_the_next_call_ends_the_same(town):
    for thing in vault_of(town.directory).objects("download"):  # fewer steps: a notice is left
        vault_of(town.directory).end(thing.id, ("een", "twee"), "termijn")
    forget(town, *A, status=1)
    town.engine.dispose()
    command = [sys.executable, "-m", "tests.support.forgetting", str(town.directory)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    steps = json.loads(told.stdout)
    assert len(steps) > 15 // EVERY
    for at, step in enumerate(steps, 1):
        assert step == {"found": [], "verify": [], "marks": 1, "tombstones": 4, "state": step["state"]}, at
        assert step["state"] in ("forgotten", "nobody"), at
    assert steps[0]["state"] == "forgotten"
