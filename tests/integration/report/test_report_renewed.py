"""After a delivery or what a person recorded of it the last report is made again, and stays the report of its run."""

import json
import re
import threading
from base64 import b64encode
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from hervat.cli import delivery as _cbs  # noqa: F401 - the command registers itself
from hervat.cli.app import app
from hervat.register import municipality_lock
from hervat.tasks.deliver import deliver
from hervat.tasks.report import STEP, renew
from tests.support.delivery_world import CODE, DAY, QUARTER, DeliveryWorld, made_up_bsns

ONE, OTHER = made_up_bsns(2)
WHEN = ("--quarter", QUARTER, "--as-of", str(DAY))
NONE_YET = "Er is nog geen levering gemaakt."


@pytest.fixture
def world(tmp_path):
    made = DeliveryWorld(tmp_path / "home")
    (made.folder / "keys.json").write_text(json.dumps({"master": b64encode(b"k" * 32).decode()}))
    made.person(ONE, "right")
    made.stand(ONE, leerroute="B")
    yield made
    made.register.close()


def call(world, *words, status=0):
    done = CliRunner().invoke(app, ["cbs", *words, "--config", str(world.folder)])
    assert done.exit_code == status, done.output
    return done


def night(world, day=DAY, **facts):
    """Run the report step of a night in which the other steps did and said this."""
    made = replace(world.night(day), **facts)
    STEP.run(made)
    return made


def report(world, name="laatste.html"):
    text = (world.folder / "output" / "report" / CODE / name).read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_after_prepare_and_after_confirm_the_report_tells_of_it(world):
    night(world)
    assert NONE_YET in report(world) and "Bijgewerkt" not in report(world)
    call(world, "prepare", *WHEN)
    told = report(world)
    assert NONE_YET not in told and "Leveringen die gemaakt zijn" in told and "nog niet vastgelegd" in told
    assert "Zet de levering van kwartaal 1 van 2022 op het portaal" in told
    assert "Verslag van vrijdag 1 april 2022" in told and "Bijgewerkt na een besluit of een levering op " in told
    call(world, "confirm", "--quarter", QUARTER, "--receipt", "CBS-0042", "--by", "Ans")
    told = report(world)
    assert "CBS-0042" in told and "nog niet vastgelegd" not in told and "op het portaal" not in told
    assert told == report(world, f"{DAY}.html")
    assert "Verslag van vrijdag 1 april 2022" in told  # confirm has no day: it stays the report of its run


def test_what_the_flow_calls_makes_it_too(world):
    night(world)
    (one,) = deliver([world.night()], QUARTER)
    assert one.prepared.written and one.report is None and NONE_YET not in report(world)


def test_a_blocked_delivery_shows_the_gate_as_it_is_now(world):
    night(world)
    assert "Poort open" in report(world)
    world.person(OTHER, "disputed")
    call(world, "prepare", *WHEN, status=1)
    assert "Poort dicht" in report(world) and "Beslis over 1 betwiste persoon" in report(world)


def test_what_two_accepted_is_told(world):
    world.stand(OTHER)  # nobody's, so an orphan
    night(world)
    assert "Zoek uit: 1 persoon in een systeem zonder geldig signaal" in report(world)
    for name in ("Ans", "Bas"):
        call(world, "accept", *WHEN, "--code", "orphans", "--by", name, "--reason", "nagevraagd")
    assert "aanvaard door twee personen" in report(world) and "Zoek uit:" not in report(world)


def test_it_keeps_what_the_run_did_what_failed_in_it_and_that_it_was_a_shadow(world):
    counts = {"files": {"fetched": 7, "known": 0, "refused": 0}, "notices": {"hold": 3, "erasure": 2}}
    made = night(world, shadow=True, counts=counts, errors=["source x: down"], attention=["source y: odd"])
    before = report(world)
    assert made.counts is counts
    call(world, "prepare", *WHEN)
    after = report(world)
    for told in (before, after):
        for said in (
            "Dit was een schaduwnacht", "Los 1 fout van deze nacht op", "source x: down", "source y: odd",
            "Opgehaald en veilig bewaard 7 0", "Verzoek om te wissen (leverancier)",
        ):  # fmt: skip
            assert said in told, said
    assert NONE_YET in before and NONE_YET not in after


def test_without_a_report_none_is_made(world):
    call(world, "prepare", *WHEN)
    assert not (world.folder / "output" / "report").exists()


def test_two_who_decide_at_once_are_both_told_of(world):
    night(world)
    world.person(OTHER, "disputed")
    lock = municipality_lock(world.register, CODE)
    lock.__enter__()
    other = threading.Timer(0.5, lock.__exit__, (None, None, None))
    other.start()
    assert renew(world.night()) is None and "Beslis over 1 betwiste persoon" in report(world)
    other.join()


def test_a_run_at_work_writes_its_own(world, monkeypatch):
    monkeypatch.setattr("hervat.tasks.report.PATIENCE", 0)
    night(world)
    before = report(world)
    with municipality_lock(world.register, CODE):
        done = call(world, "prepare", *WHEN)
    assert "a run is at work" in done.stderr and "1 record in" in done.stdout
    assert report(world) == before
    assert renew(world.night()) is None and report(world) != before


def test_a_report_that_cannot_be_written_undoes_nothing(world):
    night(world)
    folder = world.folder / "output" / "report" / CODE
    (folder / "laatste.html.part").mkdir()
    done = call(world, "confirm", "--quarter", QUARTER, "--receipt", "X", "--by", "Ans", status=2)
    assert "no delivery was written" in done.stderr
    done = call(world, "prepare", *WHEN, "--json")
    assert "can't be written" in done.stderr and ONE not in done.stderr
    assert json.loads(done.stdout)["municipalities"][0]["written"] is True


def test_what_is_kept_beside_the_page_is_its_owners_and_names_nobody(world):
    night(world)
    kept = world.folder / "output" / "report" / CODE / "laatste.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(kept.read_text())) == {"day", "shadow", "counts", "errors", "attention"}
    assert ONE not in kept.read_text()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"day": "x"}', '{"day": "2022-04-01", "other": 1}'])
def test_what_is_kept_and_cannot_be_read_is_no_report(world, text):
    night(world)
    before = report(world)
    (world.folder / "output" / "report" / CODE / "laatste.json").write_text(text)
    assert renew(world.night(date(2022, 4, 2))) is None and report(world) == before
