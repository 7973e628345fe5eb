"""The demo, played whole on OpenSSH and PostgreSQL; test_demo_alive asks the same of it on its embedded parts.

Every night each table of each local system is compared with what it was: what is gone was planned and is about a
corrected person, and all other rows are identical. Afterwards everything is searched, decoded, for the seeded persons.
"""

import base64
import email
import json
import subprocess
from email import policy
from functools import cache

import pytest
from lxml import etree
from sqlalchemy import select

from hervat.cli.demo.player import RECEIPT
from hervat.demo.cast import cast, playing
from hervat.demo.parties import opened as opened_cms
from hervat.demo.stage import Stage
from hervat.register import Register
from hervat.register.models import CleaningPlan, Delivery, Download, Notice, Receipt, Run, ValidationResult
from tests.support.leaks import leaks
from tests.support.watched import watched

NIGHTS = {
    "2022-03-01": (0, 0, 154, 0, 0, 0, 0, 5),
    "2022-03-16": (6, 5, 79, 26, 41, 32, 12, 7),
    "2022-03-25": (3, 0, 0, 13, 118, 34, 32, 5),
    "2022-05-24": (2, 0, 0, 5, 126, 34, 0, 10),
    "2022-05-24 again": (2, 0, 0, 5, 129, 33, 4, 2),
}
WRONG = playing("wrong", "late_wrong", "reinstated", "seen_after", "chooser", "not_ours")
CLEANED = {person.number for person in WRONG}
BY_HAND = {person.number for person in playing("left")}
HOLD, CORRECTION, ON, ENDED = ("hold", None), ("correction", None), ("resume", "Wi2021"), ("ended", None)
TOLD = {
    "ended": [HOLD, ON, ENDED],
    "seen_after": [HOLD, CORRECTION],
    "two_laws": [HOLD, ON],
    "chooser": [HOLD, CORRECTION, ("resume", "Wi2013"), ("withdrawal", "Wi2021")],
    "not_ours": [HOLD, CORRECTION],
    "ours": [HOLD, ON],
    "left": [HOLD, CORRECTION],
    "disputed": [HOLD, ON],
    "reinstated": [HOLD, CORRECTION, ("withdrawal", "Wi2021")],
}
"""What the parties were told of who plays a story, in order, and under which law."""


@pytest.fixture(scope="module")
def played(tmp_path_factory, postgres_cluster):
    urls = [postgres_cluster.create() for _ in range(3)]
    return watched(tmp_path_factory.mktemp("demo") / "stage", "sshd", urls)


def test_the_table_is_the_same_on_all_parts(played):
    _, told = played
    assert {
        n.night: (n.fetched, n.quarantined, n.unseen, n.parked, n.released, n.corrected, n.cleaned, n.notified)
        for n in told.nights
    } == NIGHTS
    assert [line.gate for line in told.nights][-1] == "shut by 1" and told.nights[-1].reasons == "orphans 1"
    blocked, written = told.deliveries
    assert "blocked by corrected_in_records 32, standing 32, disputed 2" in blocked and "plan_waits 32" in blocked
    assert written.endswith("written.")


def test_every_night_conserves_every_table(played):
    stage, _ = played
    assert len(stage.seen) == 9
    gone = []
    for (_, before), (_, after) in zip(stage.seen, stage.seen[1:], strict=False):
        for place, rows in before.items():
            removed, added = rows - after[place], after[place] - rows
            removed = {row for row in removed if row[0] not in BY_HAND}
            if place[1] == "factuur":
                assert {row[0] for row in removed} == {row[0] for row in added}
                assert all(row[1] is None for row in added) and {row[0] for row in removed} <= CLEANED
            elif place[1] in ("natuurlijk_persoon", "klant", "taal", "groepsintake"):
                assert not removed
            else:
                assert {row[0] for row in removed} <= CLEANED | {9001}, place
                assert not removed or not added, place
                gone.extend((place, row) for row in removed)
    planned = sum(sum(plan.outcome["rows"].values()) for plan in plans(stage) if plan.status == "executed")
    assert len(gone) == planned > 200
    last = stage.seen[-1][1]
    assert {row[0] for row in last["inburgering", "inburgeraar"] if row[1] in CLEANED} == {8001}
    assert (1, "2022-01-20", "Stadhuis") in {
        tuple(map(str, r)) if r[0] != 1 else (r[0], str(r[1]), r[2]) for r in last["inburgering", "groepsintake"]
    }


def register(stage):
    return Register(stage.urls.register.replace("sqlite:///var", f"sqlite:///{stage.directory}/var"))


def plans(stage):
    with register(stage).session() as session:
        return session.scalars(select(CleaningPlan)).all()


def test_the_data_is_as_messy_as_the_domain(played):
    stage, _ = played
    with register(stage).session() as session:
        downloads = session.scalars(select(Download)).all()
    assert len(cast()) == 180 and 1400 <= sum(d.rows_read for d in downloads) <= 1600
    for d in downloads:
        assert d.rows_read == d.rows_loaded + d.rows_known + d.rows_foreign + d.rows_quarantined
    assert {d.status for d in downloads} == {"loaded", "mended"}
    assert sum(d.rows_foreign for d in downloads) == 18 and sum(d.rows_unknown_code for d in downloads) == 2


def test_the_delivery_holds_nobody_it_should_not(played):
    stage, _ = played
    folder = stage.output / "cbs" / "0000" / "2022Q1"
    tree = etree.parse(str(folder / "swi.xml"))
    delivered = {element.text for element in tree.iter() if etree.QName(element).localname == "bsn"}
    assert delivered.isdisjoint({person.bsn for person in [*WRONG, *playing("left")]})
    assert len(delivered) > 100 and {one.bsn for one in playing("disputed", "two_laws", "ours", "ended")} <= delivered
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["records"] == len(delivered)
    with register(stage).session() as session:
        assert session.scalars(select(Delivery.receipt)).all() == [RECEIPT]


def told(stage, person):
    """Return kind and law of each notice about a person to the two parties that most are known to, in order."""
    names = {person.bsn, f"WZ-{person.number:04d}"}
    return [
        (one["kind"], who.get("law"))
        for one in notices(stage)
        for who in one["persons"]
        if names.intersection(map(str, who.values()))
    ]


@cache
def notices(stage):
    """Return the notices to those two parties as they opened them, in order."""
    sealed = [opened_cms(path.read_bytes(), stage.keys / "taalschool.pem") for path in stage.taalschool.glob("*.p7m")]
    found = map(json.loads, [*sealed, *(path.read_bytes() for path in stage.welzijn.glob("*.json"))])
    return sorted(found, key=lambda one: one["number"])


@pytest.mark.parametrize("story", TOLD)
def test_each_case_is_told_as_it_came_to_stand(played, story):
    """Ended, seen after his correction, two laws, a choice, ours and not ours, taken away by hand: unseen before."""
    stage, _ = played
    found = [told(stage, person) for person in playing(story)]
    assert found == [TOLD[story]] * len(found) and found


def test_each_party_was_told_its_own_way_and_answered_as_it_does(played):
    """By mail, SFTP and folder; one party says no, and one says nothing and is reminded until somebody must call."""
    stage, _ = played
    with register(stage).session() as session:
        told = session.scalars(select(Notice).order_by(Notice.id)).all()
        receipts = session.execute(select(Receipt.signed, Receipt.way, Notice.party).join(Notice)).all()
    assert {notice.status for notice in told} == {"sent"}
    answers = {party: {n.answer for n in told if n.party == party} for party in {n.party for n in told}}
    assert answers == {
        "taalschool": {"done", None}, "leerwerkbedrijf": {"done"}, "welzijn": {"received", None},
        "buurthuis": {"refused"}, "tolkbureau": {None},
    }  # fmt: skip
    assert {(signed, way) for signed, way, party in receipts if party == "leerwerkbedrijf"} == {(True, "folder")}
    assert [n.kind for n in told if n.party == "tolkbureau"] == ["hold", "reminder", "resume"]


def opened(stage, mail):
    """Return a mail as the command that the demo ends with opens it."""
    (command,) = stage.commands().values()
    first = min(stage.leerwerkbedrijf.glob("*.eml"))
    assert str(first) in command
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace(str(first), str(mail))], capture_output=True, check=True
    )
    return email.message_from_bytes(done.stdout, policy=policy.default)


def test_the_mails_hold_the_notices_and_only_their_party_reads_them(played):
    stage, _ = played
    kinds, said = {}, {}
    for path in sorted(stage.leerwerkbedrijf.glob("*.eml")):
        raw, parts = path.read_bytes(), list(opened(stage, path).walk())
        assert leaks(raw, path.name, set(marks())) == []
        notice = json.loads(next(p.get_content() for p in parts if p.get_content_type() == "application/json"))
        assert notice["number"] == path.stem and f"Subject: Bericht {path.stem} ".encode() in raw
        assert any(p.get_content_type() == "application/pdf" for p in parts)
        kinds[path.stem], said[notice["kind"]] = notice["kind"], {one["bsn"] for one in notice["persons"]}
    assert list(kinds.values()) == ["hold", "correction", "resume", "resume"]
    assert said["correction"] == {person.bsn for person in playing("wrong")[4:7]}
    assert said["hold"] == {person.bsn for person in [*playing("wrong")[4:7], *playing("right")[60:64]]}


def marks():
    for person in cast():
        yield person.bsn
        yield f"{person.born:%d-%m-%Y}"
        yield person.born.isoformat()
    yield from {person.surname for person in cast()} - {"Voorbeeld"}


def test_no_seeded_person_is_found_where_he_should_not_be(played):
    stage, _ = played
    holds = ("systems", "sftp/pib", "by-hand", "var/output/worklist", "var/output/cbs", "keys")
    hits, searched, sought = [], 0, set(marks())
    for path in stage.directory.rglob("*"):
        inside = str(path.relative_to(stage.directory))
        hits += [("name", mark) for mark in sought if mark in inside]
        if path.is_file() and not inside.startswith(holds):
            searched += 1
            hits += leaks(path.read_bytes(), inside, sought)
    with register(stage).session() as session:
        kept = [run.counts for run in session.scalars(select(Run))]
        kept += [str(row.__dict__) for row in session.scalars(select(ValidationResult))]
    hits += leaks(json.dumps(kept, ensure_ascii=False).encode(), "register", sought)
    assert hits == [] and searched > 30


def test_it_can_be_played_again_in_its_own_folder_only(tmp_path):
    stage = Stage(tmp_path)
    stage.empty()
    (tmp_path / "left over").write_text("x")
    stage.empty()
    assert [path.name for path in tmp_path.iterdir()] == [".hervat-demo"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "precious").write_text("x")
    from hervat.errors import UsageError

    with pytest.raises(UsageError, match="not of an earlier demo"):
        Stage(other).empty()
    assert (other / "precious").exists()


def test_the_search_finds_what_is_hidden():
    person = cast()[0]
    assert leaks(base64.b64encode(b"_" * 31 + person.bsn.encode() + b"_" * 30), "here", [person.bsn])
