"""Ending what lies in the vault: only after its round and term, by two persons, in a way that a kill does not change."""

import os
import shutil
import signal
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from hervat.keyring import Keyring
from hervat.masters import load_masters
from hervat.register import models as m
from hervat.rules import end_of
from hervat.tasks.installation import Installation
from hervat.vault import Vault
from tests.support.town import FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

BSN = made_up_bsn(71)
CLOSED = "closed_on: 2022-06-01"
A, B = ("--by", "A. Eerste", "--reason", "selectielijst"), ("--by", "B. Tweede", "--reason", "akkoord")


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        (date(2022, 3, 1), "5y", date(2027, 3, 1)),
        (date(2024, 2, 29), "1y", date(2025, 2, 28)),
        (date(2022, 1, 31), "1m", date(2022, 2, 28)),
        (date(2022, 11, 30), "14m", date(2024, 1, 30)),
        (date(2022, 12, 31), "90d", date(2023, 3, 31)),
    ],
)
def test_terms(start, term, end):
    assert end_of(start, term) == end


def configure(town, closed=CLOSED, retention="{download: 30d, notice: 1m}"):
    town.configure()
    shipped = Path(__file__).parents[3] / "config" / "rounds" / "restart-2022.yaml"
    (town.directory / "round.yaml").write_text(shipped.read_text() + closed + "\n")
    config = town.directory / "hervat.yaml"
    config.write_text(f"rounds: [round.yaml]\nretention: {retention}\n" + config.read_text())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("retention") / "town"
    town = Town(place)
    town.register_person(1, BSN)
    town.sql("insert into verstrekking values (1, :b, 'school', 'K-1', '2022-01-12')", b=BSN)
    town.offer("20220112", row("SS101", "10-01-2022", BSN, group=FAMILY, name="Verzonnen"))
    town.offer("20220301", row("SS190", "01-03-2022", BSN))
    town.night("2022-03-01", status=0)
    configure(town)
    return place, town


def vault_of(town):
    directory = town.directory / "var"
    return Vault(directory / "vault", Keyring(load_masters(directory / "keys.json", None).current, "0000"))


def destroy(town, *more, status):
    (told,) = town.json("vault", "destroy", *more, status=status)["municipalities"]
    return told


def test_two_persons_end_it(town):
    downloads, notices = vault_of(town).objects("download"), vault_of(town).objects("notice")
    assert {one["id"] for one in destroy(town, status=1)["due"]} == {one.id for one in downloads}
    assert notices, "a notice that was not confirmed may not end"
    assert {one["agreed_by"] for one in destroy(town, *A, status=1)["due"]} == {"A. Eerste"}
    again = destroy(town, "--by", " a.  EERSTE", "--reason", "x", status=1)
    assert (again["destroyed"], {one["agreed_by"] for one in again["due"]}) == (0, {"A. Eerste"})
    assert vault_of(town).objects("download") == downloads
    done = destroy(town, *B, status=0)
    assert (done["destroyed"], done["due"]) == (2, [])
    assert vault_of(town).objects() == notices
    for one in downloads:
        for name in ("keys", "objects"):
            assert not (town.directory / "var" / "vault" / "0000" / name / one.id).exists()
    assert town.json("verify", status=0) == {"wrong": []}
    again = town.night("2022-03-02", status=None)
    assert (again["files"]["known"], again["rows"]["read"], again["errors"]) == (2, 0, [])
    (page,) = (town.directory / "var" / "output" / "vernietiging" / "0000").iterdir()
    text = page.read_text()
    assert done["statements"] == [str(page)] and page.stat().st_mode & 0o077 == 0
    assert all(
        said in text for said in ("A. Eerste", "B. Tweede", "selectielijst", "30 dagen", *[x.id for x in downloads])
    )
    assert BSN not in text and "{{" not in text
    assert town.hervat("vault", "restore", downloads[0].id, "--to", "x", *A).exit_code == 2
    assert destroy(town, status=0)["due"] == []


def test_what_is_about_a_person_on_hold_does_not_end(town):
    """A restriction (AVG 18) may be what the person needs the original for; a later person's own ends as before."""
    with Installation(town.directory).register.session() as session:
        session.scalars(select(m.Notice)).one().received_on = date(2022, 3, 2)
    assert {one["kind"] for one in destroy(town, *A, status=1)["due"]} == {"download", "notice"}
    hold = ("person", "hold", "--person", "1", "--ground", "18", "--until", "2099-01-01")
    town.json(*hold, *A, status=1)  # it counts before the second person
    assert destroy(town, *B, status=0) == {"municipality": "0000", "destroyed": 0, "statements": [], "due": []}
    town.json("person", "release", "--person", "1", *A, status=1)
    town.json("person", "release", "--person", "1", *B, status=0)
    assert {one["agreed_by"] for one in destroy(town, status=1)["due"]} == {None}  # the agreement went with the hold


def test_a_confirmed_notice_ends_and_is_not_kept_again(town):
    installation = Installation(town.directory)
    with installation.register.session() as session:
        notice = session.scalars(select(m.Notice)).one()
        notice.received_on = notice.sent_on
    (thing,) = vault_of(town).objects("notice")
    destroy(town, thing.id[:8], *A, status=1)
    destroy(town, thing.id[:8], *B, status=1)
    town.night("2022-03-02", status=None)
    assert vault_of(town).objects("notice") == []
    night = installation.night(installation.municipalities()[0])
    with installation.register.session() as session:
        assert night.keyring.open(session.scalars(select(m.Notice.payload)).one(), "notice") == b""


@pytest.mark.parametrize(
    ("closed", "retention"),
    [
        ("", "{download: 30d}"),  # the round is open
        ("closed_on: 2022-06-01", "{}"),  # no term
        ("closed_on: 2022-06-01", "{download: 99y}"),  # the term has not passed
        ("closed_on: 2098-06-01", "{download: 1d}"),  # the round closes later
    ],
)
def test_nothing_ends_before_its_round_and_term(town, closed, retention):
    destroy(town, *A, status=1)
    configure(town, closed, retention)
    told = destroy(town, *B, status=0)
    assert (told["due"], told["destroyed"], len(vault_of(town).objects("download"))) == ([], 0, 2)
    configure(town)
    assert {one["agreed_by"] for one in destroy(town, status=1)["due"]} == {None}, "what was agreed to is forgotten"


def test_what_waits_does_not_end(town):
    first, second = vault_of(town).objects("download")
    with Installation(town.directory).register.session() as session:
        rows = {one.object_id: one for one in session.scalars(select(m.Download))}
        held = {"row": 9, "reason": "bsn", "correction": True, "since": date(2022, 3, 1)}
        session.add(m.QuarantinedRow(municipality="0000", download_id=rows[first.id].id, **held))
        rows[second.id].status = "refused"
    assert destroy(town, status=0)["due"] == []


def test_an_open_incident_keeps_the_downloads_with_its_rows_and_no_others(town):
    """One of no download (an orphan, a leak of our own) keeps none; a repeat is kept as the first is."""
    due = {one["id"] for one in destroy(town, status=1)["due"]}
    leak = ("--what", "lijst zoek", "--categories", "namen", "--by", "A. Eerste")
    town.json("incidents", "open", *leak, status=0)
    assert {one["id"] for one in destroy(town, status=1)["due"]} == due
    with Installation(town.directory).register.session() as session:
        repeat = session.scalars(select(m.Download).order_by(m.Download.id.desc())).first()
        incident = session.scalars(select(m.Incident)).one()
        session.add(m.ForeignRow(download_id=repeat.id, row=9, row_hash="h", incident_id=incident.id))
    assert {one["id"] for one in destroy(town, status=1)["due"]} == due - {repeat.object_id}


def test_wrong_terms_and_reasons_are_refused(town):
    spelled = town.hervat("vault", "destroy", "--by", "A. Eerste", "--reason", f"om {BSN}")
    assert (spelled.exit_code, BSN in spelled.output) == (2, False)
    assert town.hervat("vault", "destroy", "--by", "A. Eerste").exit_code == 2
    assert town.hervat("vault", "destroy", "abc", *A).exit_code == 2
    configure(town, retention="{download: five}")
    assert town.hervat("vault", "destroy").exit_code == 2


def killed(town, at):
    """The second person's call, in a child that is killed at its nth step. Return the steps, None when it was killed."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        _die_at(at, writing, town)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.wait()
    assert (status == signal.SIGKILL) == (told == ""), told
    return int(told) if told else None


def _die_at(at, writing, town):
    from sqlalchemy.orm import SessionTransaction

    from hervat.upkeep import destroy, due

    sys.modules[due.__module__]._signal_days = lambda _session, _download: iter(
        [date(2022, 1, 10)]
    )  # polars hangs here
    signal.alarm(60)  # a child that hangs is an error, not a wait
    seen = 0

    def before(owner, name):
        work = getattr(owner, name)

        def wrapped(*args, **kwargs):
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        setattr(owner, name, wrapped)

    try:
        installation = Installation(town.directory)
        night = installation.night(installation.municipalities()[0])
        for owner, name in ((Path, "replace"), (Path, "unlink"), (SessionTransaction, "commit")):
            before(owner, name)
        destroy(night, "B. Tweede", "akkoord")
        os.write(writing, str(seen).encode())
    except BaseException as error:
        os.write(writing, repr(error).encode())
    finally:
        os._exit(0)


def test_killed_at_every_step_the_next_call_ends_the_same(town):
    ended, other = vault_of(town).objects("download")
    destroy(town, ended.id, *A, status=1)
    place, fresh = town.directory, town.directory.with_name("again")
    shutil.copytree(place, fresh)
    steps = killed(town, 0)
    assert steps > 10
    for at in range(1, steps + 1):
        shutil.rmtree(place)
        shutil.copytree(fresh, place)
        assert killed(town, at) is None
        vault = vault_of(town)
        assert [one for one in vault.verify() if "the next run" not in one] == []
        last = destroy(town, *B, status=1)
        assert [(one["id"], one["agreed_by"]) for one in last["due"]] == [(other.id, "B. Tweede")]
        assert (vault.verify(), vault.objects("download"), list(vault.tombstones())) == ([], [other], [ended.id])
        (page,) = (place / "var" / "output" / "vernietiging" / "0000").iterdir()
        with Installation(place).register.session() as session:
            assert {row.batch for row in session.scalars(select(m.Destruction))} == {page.stem, None}
    shutil.rmtree(fresh)


def test_taken_away_without_a_tombstone_is_wrong(town):
    thing = vault_of(town).objects("download")[0]
    for name in ("keys", "objects"):
        (town.directory / "var" / "vault" / "0000" / name / thing.id).unlink()
    (wrong,) = town.json("verify", status=3)["wrong"]
    assert thing.id in wrong


def test_while_a_run_is_at_work_nothing_ends(town):
    from hervat.register import municipality_lock

    register = Installation(town.directory).register
    with municipality_lock(register, "0000"):
        assert town.hervat("vault", "destroy").exit_code == 3
