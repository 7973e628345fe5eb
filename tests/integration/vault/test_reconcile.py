"""An older register that is put back: it is noticed, nothing is sent twice, and no old approval lives again."""

import shutil
from datetime import date

import pytest
from sqlalchemy import select

from hervat.register import models as m
from hervat.tasks.installation import Installation
from hervat.vault import journal_head
from tests.support.content import content_of
from tests.support.town import FAMILY, Town, made_up_bsn, row

PERSONS = [made_up_bsn(n) for n in range(81, 85)]
BY = ("--by", "A. Proef")


def register_files(town):
    return [path for path in (town.directory / "var").iterdir() if path.name.startswith("register.db")]


def copied(town, place):
    place.mkdir()
    for path in register_files(town):
        shutil.copy(path, place)


def put_back(town, place):
    for path in register_files(town):
        path.unlink()
    for path in place.iterdir():
        shutil.copy(path, town.directory / "var")


def sent(town):
    return sorted((path.name, path.read_bytes()) for path in (town.directory / "out").rglob("*.json"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A town with three copies of its register: before its first night, with an approved plan, and the last one."""
    place = tmp_path_factory.mktemp("reconcile") / "town"
    town = Town(place, approval="required")
    for number, bsn in enumerate(PERSONS, 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    town.json("status", status=None)
    copied(town, place / "empty")
    town.offer("20220112", *[row("SS101", "10-01-2022", b, group=FAMILY) for b in PERSONS])
    town.night("2022-02-01", status=None)
    town.offer("20220301", *[row("SS190", "01-03-2022", b) for b in PERSONS[:2]])
    town.night("2022-03-01", *(f"--step={one}" for one in ("fetch", "validate", "load", "clean")), status=None)
    copied(town, place / "waiting")
    (plan,) = town.json("plan")["plans"]
    assert town.hervat("approve", plan["hash"], *BY).exit_code == 0
    copied(town, place / "approved")
    assert town.night("2022-03-01", status=1)["cleaning"][0]["cleaned"] == 2
    town.offer("20220310", *[row("SS101", "10-01-2022", b, group=FAMILY) for b in PERSONS[2:]])
    town.night("2022-03-10", status=None)
    return place, town


@pytest.mark.parametrize("copy", ["empty", "waiting", "approved"])
def test_nothing_is_sent_twice_and_no_old_approval_lives_again(town, copy):
    before, told = sent(town), content_of(town)
    assert {name.rsplit("-", 1)[1] for name, _ in before} >= {"hold.json", "correction.json", "resume.json"}
    for number in (1, 2):  # they stand there again, and an approval of before must not reach them
        town.sql("insert into inburgeraar values (:m, :n, 'Wi2021', 'actief', null)", m=number + 10, n=number)
    put_back(town, town.directory / copy)
    for arguments in (("run", "--as-of", "2022-03-12"), ("plan",), ("cbs", "prepare", "--quarter", "2022Q1")):
        refused = town.hervat(*arguments)
        if arguments != ("plan",):
            assert (refused.exit_code, "reconcile" in refused.stderr) == (3, True), arguments
    assert any("reconcile" in text for text in town.json("doctor", status=3)["failing"])
    assert any("reconcile" in text for text in town.json("verify", status=3)["wrong"])
    assert sent(town) == before
    (done,) = town.json("vault", "reconcile", *BY, status=0)["reconciled"]
    assert (done["notices"] > 0, done["strange"]) == (True, [])
    account = town.night("2022-03-12", status=1)
    assert sent(town) == before, "the parties were told all of this already"
    assert (account["cleaning"][0]["cleaned"], account["cleaning"][0]["planned"]) == (0, 2)
    after = content_of(town)
    for part in ("persons", "signals", "disclosures", "out", "vault", "kept"):
        assert after[part] == told[part], part
    assert sorted(n[:2] for n in after["notices"]) == sorted(n[:2] for n in told["notices"])
    assert town.json("verify", status=0) == {"wrong": []}
    again = town.json("vault", "reconcile", *BY, status=0)["reconciled"][0]
    assert again["notices"] == 0


def test_the_newest_register_is_left_in_peace(town):
    before = sent(town)
    assert town.night("2022-03-12", status=None)["errors"] == []
    assert sent(town) == before


def test_another_register_of_the_same_length_is_noticed(town):
    noted = journal_head.noted_journal_head(town.directory / "var" / "vault", "0000")
    with Installation(town.directory).register.session() as session:
        session.get_one(m.JournalLine, (noted[0], "0000")).hash = "0" * 64
    assert town.hervat("run", "--as-of", "2022-03-12").exit_code == 3


def test_a_damaged_head_of_the_journal(town):
    path = town.directory / "var" / "vault" / "0000" / "journal-head"
    for content in ("", "x", "12 short\n"):
        path.write_text(content)
        assert town.hervat("run", "--as-of", "2022-03-12").exit_code == 3
    assert town.hervat("vault", "reconcile", *BY).exit_code == 0
    assert town.night("2022-03-12", status=None)["errors"] == []


def test_a_bsn_as_a_name_is_refused(town):
    result = town.hervat("vault", "reconcile", "--by", PERSONS[0])
    assert (result.exit_code, PERSONS[0] in result.output) == (2, False)


def test_killed_after_it_was_sent_a_notice_is_not_sent_again(town):
    """The notice is in the vault and the register still believes it due: that is how a kill between the two leaves it."""
    installation = Installation(town.directory)
    with installation.register.session() as session:
        for notice in session.scalars(select(m.Notice)):
            notice.status, notice.sent_on = "due", None
    before = sent(town)
    for name, _ in before:
        next((town.directory / "out").rglob(name)).unlink()
    town.night("2022-03-12", status=None)
    assert sent(town) == []
    with installation.register.session() as session:
        assert {one.status for one in session.scalars(select(m.Notice))} == {"sent"}
        assert session.scalars(select(m.SettledDay.day)).one() == date(2022, 3, 12)
