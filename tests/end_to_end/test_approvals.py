"""Approval by signature, from outside: what executes a plan, and that nothing else does. And the restore point."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
import yaml
from sqlalchemy import select, update

from hervat.register import Register
from hervat.register.models import Approval, CleaningPlan, JournalLine
from hervat.today import today
from tests.support.ssh_keys import line, make_key, signed
from tests.support.town import Town, made_up_bsn, row

ONE, TWO = made_up_bsn(81), made_up_bsn(82)
ANNA, BRAM = "anna@voorbeeldstad.nl", "bram@voorbeeldstad.nl"
FOUR_EYES = "required\n        four_eyes: true"


class Signed(Town):
    """A town in which a plan waits; `anna` and `bram` have keys, and `let` says whose stand in the file."""

    def wait(self, *names, extra=""):
        self.keys = {one: make_key(self.directory, one) for one in ("anna", "bram", "stranger")}
        self.register_person(1, ONE)
        self.offer("20220301", row("SS190", "01-03-2022", ONE))
        self.setting("former_codes", "approvers: approvers\n    former_codes")
        self.let(*names)
        told = self.night("2022-03-01", status=1)
        assert told["cleaning"][0]["waiting"] == 1
        return self.plan()["hash"]

    def let(self, *names):
        lines = [line(f"{one}@voorbeeldstad.nl", self.keys[one], 'namespaces="hervat"') for one in names]
        (self.directory / "approvers").write_text("".join(lines))

    def setting(self, before, after):
        path = self.directory / "hervat.yaml"
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after, 1))

    def plan(self, day="2022-03-01"):
        (plan,) = self.json("plan", "--as-of", day)["plans"]
        return plan

    def approve(self, given, *options, day="2022-03-01", status=0):
        return self.json("approve", given, *options, "--as-of", day, status=status)

    def key(self, name):
        return ("--key", str(self.keys[name]))

    def file(self, text):
        path = self.directory / f"{next(self.numbers)}.sig"
        path.write_text(text)
        return ("--signature", str(path))

    def session(self):
        return Register(f"sqlite:///{self.directory}/var/register.db").session()

    def cleaned(self, day="2022-03-02", status=None):
        """Run a night; return whether the person was erased, and what the night said of approvals."""
        told = self.night(day, status=status)
        erased = not self.sql("select 1 from inburgeraar")
        assert told["cleaning"] == [] or told["cleaning"][0]["cleaned"] == int(erased)
        return erased, [text for text in told["attention"] + told["errors"] if "approv" in text or "ssh" in text]


@pytest.fixture
def town(tmp_path):
    return Signed(tmp_path / "town", approval="required")


def test_a_key_approves_and_the_next_night_executes(town):
    given = town.wait("anna")
    told = town.approve(given[:8], *town.key("anna"))
    assert (told["hash"], told["system"], told["status"], told["by"]) == (given, "inburgering", "ready", ANNA)
    assert told["fingerprint"].startswith("SHA256:")
    with town.session() as session:
        (kept,) = session.scalars(select(Approval))
        said = session.scalars(select(JournalLine).where(JournalLine.action == "approved")).one()
    assert kept.by == ANNA and kept.signature.startswith("-----BEGIN SSH SIGNATURE-----\n")
    assert said.actor == ANNA and told["fingerprint"] in said.result
    assert town.cleaned(status=0) == (True, [])


def test_the_command_itself_with_a_signature_made_elsewhere(town):
    given = town.wait("anna")
    command = [
        sys.executable,
        "-c",
        "from hervat.cli import main; main()",
        "approve",
        given[:10],
        "--config",
        str(town.directory),
        "--as-of",
        "2022-03-01",
    ]
    run = lambda *more: subprocess.run([*command, *more], capture_output=True, text=True, check=False, env=os.environ)  # noqa: E731
    bare = run("--json")
    assert (
        bare.returncode == 2 and "--key FILE" in json.loads(bare.stdout)["errors"][0] and "--signature" in bare.stderr
    )
    wrong = run(*town.file(signed(given[:10], town.keys["anna"])))
    assert wrong.returncode == 2 and wrong.stdout == "" and "not over this hash" in wrong.stderr
    done = run(*town.file(signed(given + "\n", town.keys["anna"]).replace("\n", "\r\n")))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"approved {given[:12]} for inburgering by {ANNA}: the next run executes it\n"
    assert town.cleaned(status=0)[0]


def test_what_is_no_approval_is_refused_and_leaves_no_row(town):
    given = town.wait("anna")
    anna, stranger = town.keys["anna"], town.keys["stranger"]
    for options, said in (
        (("--by", "A. Jansen"), "approved by signature"),
        (("--by", ANNA), "approved by signature"),
        (town.key("stranger"), "is not in approvers"),
        (town.file(signed(given, stranger)), "is not in approvers"),
        (town.file(signed(given, anna, "git")), "-n hervat"),
        (town.file(signed("0" * 64, anna)), "not over this hash"),
        (town.file("yes, I approve"), "not an SSH signature"),
        (("--signature", str(town.directory / "nowhere")), "can't be read"),
        (("--key", str(town.directory / "nowhere")), "there is no file"),
        ((*town.key("anna"), *town.file(signed(given, anna))), "not both"),
        ((*town.key("anna"), "--by", BRAM), f"the key is {ANNA}'s"),
    ):
        assert said in town.approve(given, *options, status=2)["errors"][0], options
    (town.directory / "approvers").unlink()
    assert "not a readable file" in town.approve(given, *town.key("anna"), status=2)["errors"][0]
    with town.session() as session:
        assert session.scalars(select(Approval)).all() == []
    assert town.cleaned(status=1)[0] is False
    town.let("anna")
    piped = town.json("approve", given, "--signature", "-", "--by", ANNA.upper(), stdin=signed(given, anna), status=0)
    assert piped["by"] == ANNA


def test_without_approvers_a_key_is_not_held_against_anything(tmp_path):
    town = Signed(tmp_path / "town", approval="required")
    given = town.wait("anna")
    town.setting("    approvers: approvers\n", "")
    assert "has no approvers" in town.approve(given, *town.key("anna"), status=2)["errors"][0]
    assert "--by NAME" in town.approve(given, status=2)["errors"][0]
    assert town.approve(given, "--by", "A. Jansen")["fingerprint"] is None
    assert town.cleaned(status=0)[0]


def test_four_eyes_are_two_persons_and_not_two_keys_of_one(tmp_path):
    town = Signed(tmp_path / "town", approval=FOUR_EYES)
    given = town.wait("anna", "bram")
    second = make_key(town.directory, "anna2", "ecdsa")
    with (town.directory / "approvers").open("a") as file:
        file.write(line(ANNA, second))
    assert town.approve(given, *town.key("anna"))["status"] == "waiting"
    assert "another person must" in town.approve(given, "--key", str(second), status=2)["errors"][0]
    shown = town.plan()["approvals"]
    assert (shown["needed"], shown["missing"], shown["may"]) == (2, 1, [BRAM])
    assert town.cleaned(status=1) == (
        False,
        ["system inburgering: 1 person waits for an approval"],
    )
    assert town.approve(given, *town.key("bram"))["status"] == "ready"
    assert town.cleaned(status=0)[0]


def forge(town, given, *approvals):
    """Write into the register what somebody with the rights to it can: approvals, and that the plan is ready."""
    with town.session() as session:
        plan = session.scalars(select(CleaningPlan).where(CleaningPlan.hash == given)).one()
        for by, signature in approvals:
            session.add(
                Approval(municipality="0000", plan_id=plan.id, by=by, account="x", day=date(2022, 3, 1),
                         signature=signature, fingerprint="SHA256:made-up")
            )  # fmt: skip
        plan.status = "ready"


def refused(town, given, why):
    erased, said = town.cleaned(status=1)
    assert not erased and town.rows()["les"]
    assert any(given[:12] in text and why in text for text in said), said
    assert town.plan()["status"] == "waiting"
    assert town.cleaned(status=1)[0] is False


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (lambda town, given: None, "has no signature"),
        (lambda town, given: "signed by anna, truly", "not an SSH signature"),
        (lambda town, given: signed(given, town.keys["stranger"]), "is not in approvers"),
        (lambda town, given: signed("0" * 64, town.keys["anna"]), "not over this hash"),
        (lambda town, given: signed(given, town.keys["anna"], "file"), "-n hervat"),
        (lambda town, given: signed(given, town.keys["bram"]), f"its signature is of {BRAM}"),
    ],
)
def test_an_approval_forged_in_the_register_executes_nothing(town, forged, why):
    given = town.wait("anna", "bram")
    forge(town, given, (ANNA, forged(town, given)))
    refused(town, given, why)


def test_one_signature_under_two_names_is_not_four_eyes(tmp_path):
    town = Signed(tmp_path / "town", approval=FOUR_EYES)
    given = town.wait("anna", "bram")
    signature = signed(given, town.keys["anna"])
    forge(town, given, (ANNA, signature), (BRAM, signature), (ANNA, signature))
    refused(town, given, f"its signature is of {ANNA}")


def test_a_plan_that_is_merely_said_to_be_ready_executes_nothing(town):
    given = town.wait("anna")
    with town.session() as session:
        session.execute(update(CleaningPlan).values(status="ready", needs_approval=None))
    assert town.cleaned(status=1)[0] is False and town.plan()["status"] == "waiting"
    forge(town, given)
    assert town.cleaned(status=1)[0] is False and town.plan()["status"] == "waiting"


def test_a_key_that_was_taken_out_executes_nothing_until_it_signs_again(town):
    given = town.wait("anna", "bram")
    town.approve(given, *town.key("anna"))
    town.let("bram")
    assert town.plan()["approvals"]["given"] == [] and "is not in" in town.plan()["approvals"]["refused"][0]
    refused(town, given, "is not in approvers")
    town.let("anna", "bram")
    assert town.approve(given, *town.key("anna"))["status"] == "ready"
    assert town.cleaned(status=0)[0]


def test_a_plan_approved_by_name_waits_again_when_approvers_are_configured(town):
    given = town.wait("anna")
    town.setting("    approvers: approvers\n", "")
    town.approve(given, "--by", ANNA)
    town.setting("former_codes", "approvers: approvers\n    former_codes")
    refused(town, given, "approved by signature now")


def test_what_can_not_be_verified_is_red_and_executes_nothing(town, monkeypatch):
    given = town.wait("anna")
    town.approve(given, *town.key("anna"))
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", str(town.directory))
    erased, said = town.cleaned(status=3)
    assert not erased and any("there is no ssh-keygen here" in text for text in said)
    assert "there is no ssh-keygen" in town.plan()["approvals"]["error"]
    assert "there is no ssh-keygen" in " ".join(town.json("doctor", status=3)["failing"])
    monkeypatch.setenv("PATH", path)
    (town.directory / "approvers").rename(town.directory / "away")
    erased, said = town.cleaned(status=3)
    assert not erased and any("approvers: " in text and "is not a readable file" in text for text in said)
    (town.directory / "away").rename(town.directory / "approvers")
    assert town.cleaned(status=0)[0]


def test_a_signed_approval_lapses(tmp_path):
    town = Signed(tmp_path / "town", approval="required\n        approval_days: 3")
    given = town.wait("anna")
    town.approve(given, *town.key("anna"), day="2022-03-01")
    assert town.cleaned("2022-03-05", status=1)[0] is False
    town.approve(given, *town.key("anna"), day="2022-03-05")
    assert town.cleaned("2022-03-08", status=0)[0]


def test_the_systems_own_approvers_come_before_the_municipalitys(town):
    given = town.wait("anna")
    (town.directory / "own").write_text(line(BRAM, town.keys["bram"]))
    town.setting("        approval: required", "        approvers: own\n        approval: required")
    assert "is not in own" in town.approve(given, *town.key("anna"), status=2)["errors"][0]
    assert town.approve(given, *town.key("bram"))["by"] == BRAM


def test_a_signature_for_another_municipality_approves_nothing(town):
    """Both hold the same person in the same kind of system, and share their approvers."""
    mine = town.wait("anna")
    path = town.directory / "hervat.yaml"
    whole = yaml.safe_load(path.read_text())
    other = json.loads(json.dumps(whole["municipalities"][0])) | {"code": "0363", "name": "Elders", "former_codes": []}
    other["sources"][0]["folder"]["directory"] = "incoming-0363"
    (town.directory / "incoming-0363").mkdir()
    whole["municipalities"].append(other)
    path.write_text(yaml.safe_dump(whole))
    offered = town.directory / "incoming-0363" / "PIB_Wi2021_0363_20220301_000001.csv"
    offered.write_text(next(town.incoming.iterdir()).read_text().replace(";0000;", ";0363;"))
    town.json("run", "-m", "0363", "--as-of", "2022-03-01", status=1)
    (theirs,) = town.json("plan", "-m", "0363")["plans"]
    assert theirs["persons"] == 1 and theirs["hash"] != mine
    signature = town.file(signed(mine, town.keys["anna"]))
    assert "not over this hash" in town.approve(theirs["hash"], *signature, status=2)["errors"][0]
    assert town.approve(mine, *signature)["status"] == "ready"
    assert town.json("plan", "-m", "0363")["plans"][0]["status"] == "waiting"


def test_doctor_on_approvals(town):
    town.wait("anna")
    approvals = lambda told, kind: [text for text in told[kind] if text.startswith("0000 approvals: ")]  # noqa: E731
    told = town.json("doctor", status=1)
    assert approvals(told, "failing") == approvals(told, "unwise") == []
    town.setting("        approval: required", "        four_eyes: true\n        approval: required")
    assert "names 1 persons and an approval takes 2" in approvals(town.json("doctor", status=3), "failing")[0]
    town.setting("    approvers: approvers\n", "")
    assert "a name that anybody can type; approvers: FILE" in approvals(town.json("doctor", status=1), "unwise")[0]


def test_doctor_asks_for_a_restore_point_before_the_first_execution_alone(town):
    given = town.wait("anna")
    asks = lambda: [text for text in town.json("doctor", status=1)["unwise"] if "restore point" in text]  # noqa: E731
    assert asks() == [
        "0000 restore point: system inburgering: nothing was cleaned there yet and no restore point is recorded;"
        " make one (a backup that was tried) and write restore_point: YYYY-MM-DD"
    ]
    assert town.plan()["restore_point"] is None and town.plan()["content"]["restore_point"] is None
    assert "restore point         none recorded" in town.hervat("plan").stdout
    town.setting("        approval: required", "        restore_point: 2022-02-28\n        approval: required")
    assert asks() == [] and town.plan()["restore_point"] == "2022-02-28" and town.plan()["hash"] == given
    assert "restore point         2022-02-28" in town.hervat("plan").stdout
    town.setting("        restore_point: 2022-02-28\n", "")
    town.approve(given, *town.key("anna"))
    assert len(asks()) == 1 and town.cleaned(status=0)[0] and asks() == []
    town.register_person(2, TWO)
    town.setting("        approval: required", "        restore_point: 2022-03-03\n        approval: required")
    town.offer("20220303", row("SS190", "03-03-2022", TWO))
    town.night("2022-03-03", status=1)
    assert town.plan("2022-03-03")["content"]["restore_point"] == "2022-03-03"


def test_a_restore_point_in_the_future_is_a_mistake_in_the_configuration(town):
    later = today() + timedelta(days=2)
    town.setting("        approval: required", f"        restore_point: {later}\n        approval: required")
    (said,) = town.json("plan", status=2)["errors"]
    assert "restore_point lies in the future" in said and "municipalities[0].systems[0]" in said


def test_plan_shows_all_it_knows(tmp_path):
    town = Signed(tmp_path / "town", approval=FOUR_EYES)
    town.sql("create table dagboek (id integer primary key, tekst varchar(20))")
    town.sql("create trigger t_les after delete on les begin insert into dagboek (tekst) values ('weg'); end")
    town.register_person(2, TWO, wet=None)
    town.register_person(3, made_up_bsn(83))
    town.sql("insert into persoon values (4, :bsn, 'Verzonnen 4')", bsn=made_up_bsn(83))
    town.sql("insert into plicht values (99, '2022-01-03')")
    town.sql("insert into inburgeraar values (5, 4, 'Wi2013', 'actief', 1)")
    town.offer("20220301", *[row("SS190", "01-03-2022", bsn) for bsn in (TWO, made_up_bsn(83))])
    given = town.wait("anna", "bram")
    town.approve(given, *town.key("bram"))
    plan, text = town.plan(), town.hervat("plan", "--sql", "--as-of", "2022-03-01").stdout
    lines = [" ".join(one.split()) for one in text.splitlines()]
    for said in (
        "inburgering (0000): waits for approval",
        f"hash {given}",
        "made on 2022-03-01, policy erase",
        "approval policy: 1 of 2 given",
        f"given {BRAM} on 2022-03-01, signed with {plan['approvals']['given'][0]['fingerprint']}",
        f"still needed 1 more (--key FILE): {ANNA}",
        "persons 1",
        "set aside 1 double, 1 of unknown law",
        "rows to erase 4: inburgeraar 1, traject 1, les 2",
        "shared rows, kept 1: plicht 1",
        "stranded rows, kept 1: plicht 1",
        "keys to null none",
        "triggers t_les on les (writes to dagboek)",
        "order les, traject, inburgeraar, plicht",
        *plan["content"]["statements"],
    ):
        assert said in lines, said
    assert {"rows", "shared", "stranded", "nulled", "marked", "triggers", "indexes", "order", "statements"} <= set(
        plan["content"]
    )
    assert (plan["content"]["doubles"], plan["content"]["unknown"], plan["content"]["shared"]) == (1, 1, {"plicht": 1})
    assert not any(secret in text for secret in (ONE, TWO, "Verzonnen"))
