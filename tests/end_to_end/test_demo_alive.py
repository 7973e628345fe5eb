"""The demo alive: played once and served, its deployments are run as a data engineer does in a morning, in that order.

Some by their forms in headless Chromium, the others over the API as a form does. What a person reads for it (numbers
of downloads, rows, plans, persons) is read where he reads it: in the report's artifact and on the worklist.
"""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from hervat.cli.demo.player import QUARTER, RECEIPT
from hervat.delivery import ended_before
from hervat.demo.cast import cast, newcomers
from hervat.today import today
from tests.end_to_end.test_demo import (  # noqa: F401 - asked of this demo too, before its morning begins
    test_each_case_is_told_as_it_came_to_stand,
    test_each_party_was_told_its_own_way_and_answered_as_it_does,
    test_every_night_conserves_every_table,
    test_no_seeded_person_is_found_where_he_should_not_be,
    test_the_data_is_as_messy_as_the_domain,
    test_the_delivery_holds_nobody_it_should_not,
    test_the_mails_hold_the_notices_and_only_their_party_reads_them,
    test_the_table_is_the_same_on_all_parts,
)
from tests.support.leaks import leaks
from tests.support.prefect_ui import prefect_ui
from tests.support.serving import Serving, until
from tests.support.watched import watched

ROOT = Path(__file__).parents[2]
ANNA, BRAM = "Anna Voorbeeld", "Bram Voorbeeld"
SILENT = "0000-20220316-0005"  # the notice of which welzijn says nothing


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return watched(tmp_path_factory.mktemp("alive") / "demo", "embedded", [])


@pytest.fixture(scope="module")
def demo(played):
    stage, place = played[0], played[0].directory
    assert f"serve --config {place}" in stage.printed and str(place / "var" / "prefect" / "login") in stage.printed
    return place


@pytest.fixture(scope="module")
def serving(demo):
    with Serving(demo) as serving:
        yield serving
    assert at_work(demo) == []


def at_work(demo):
    """Return the command lines in which the demo's folder stands: its SFTP server is such a process."""
    found = [place.read_bytes() for place in Path("/proc").glob("[0-9]*/cmdline") if place.exists()]
    return [line for line in found if str(demo).encode() in line]


def runs(serving, *asked):
    """Run deployments side by side; return the name and message of the state of each."""
    submitted = [serving.submit(name, parameters=parameters) for name, parameters in asked]
    assert {status for status, _ in submitted} <= {200, 201}, submitted
    return [(state["name"], state["message"]) for state in (serving.ended(run["id"]) for _, run in submitted)]


def run(serving, name, **parameters):
    (told,) = runs(serving, (name, parameters))
    return told


def report(serving):
    return serving.artifacts("report-0000")[0]


def sheet(demo, name):
    book = CalamineWorkbook.from_path(str(demo / "var" / "output" / "worklist" / "0000.xlsx"))
    names, *rows = book.get_sheet_by_name(name).to_python()
    return [dict(zip(names, row, strict=True)) for row in rows]


def test_its_world_is_alive_and_a_second_demo_does_not_end_it(serving, demo):
    said = serving.log.read_text()
    assert re.search(r"its SFTP server is on port \d+, its mail server on port \d+", said)
    assert "DUO offers 2 new downloads" in said
    assert any(b"hervat.demo.sftp_server" in line for line in at_work(demo))
    again = subprocess.run(
        [sys.executable, "-m", "hervat.cli", "demo", "--directory", str(demo)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert again.returncode == 2 and "stop that one first" in again.stderr
    assert (demo / "hervat.yaml").exists()


def test_the_first_night_takes_in_what_is_new_and_waits_for_a_person(serving, demo):
    state, message = run(serving, "nightly")
    assert state == "Waits", message
    for what in ("4 persons wait for an approval", "1 file refused", "2 rows in quarantine", "1 incident ",
                 "1 disputed person "):  # fmt: skip
        assert what in message
    assert [(row["Download"], row["Regel"]) for row in sheet(demo, "Quarantaine")] == [
        (15, "hele bestand"),
        (14, 20),
        (14, 21),
    ]
    assert until(lambda: answered(serving) == 2, 150)  # the language school over SFTP, the other by mail


def answered(serving):
    """Return how many notices the third parties have answered, as serve says: each in its own time."""
    return sum(int(one) for one in re.findall(r"the third parties answered (\d+) notices", serving.log.read_text()))


def test_each_decision_has_a_form(serving, demo):
    (plan,) = set(re.findall(r"hervat approve ([0-9a-f]{12})\b", report(serving)))
    (disputed,) = {int(row["Nummer"]) for row in sheet(demo, "Personen") if row["Toestand"] == "Betwist"}
    numbers = {name: one["id"] for name, one in serving.deployments().items()}
    with prefect_ui(serving.port, serving.login) as ui:
        ui.fill(numbers["approve"], choose={}, plan=plan, by=ANNA)
        ui.submit()
        texts = {"download": "15", "by": ANNA, "reason": "DUO stuurt het opnieuw"}
        ui.fill(numbers["quarantine-decide"], choose={"decision": "reject"}, **texts)
        ui.submit()
    by_form = newest(serving, "approve", "quarantine-decide")
    assert by_form["approve"] == ("Completed", f"plan {plan} for inburgering is ready: the next night executes it")
    assert by_form["quarantine-decide"] == ("Completed", "rejected download 15")
    row = {"download": 14, "by": ANNA, "reason": "nagekeken"}
    accepted = run(serving, "quarantine-decide", **row, row=20, decision="accept")
    assert accepted == ("Completed", "accepted download 14 row 20: it brought in a signal")
    assert runs(
        serving,
        ("quarantine-decide", row | {"row": 21, "decision": "reject"}),
        ("incident-record", {"number": 3, "by": BRAM, "reason": "gemeld bij DUO", "step": "no risk: close"}),
        ("optin-record", {"person": disputed, "law": "Wi2021", "by": ANNA, "reason": "nagevraagd bij DUO"}),
    ) == [
        ("Completed", "rejected download 14 row 21"),
        ("Completed", "closed incident 3"),
        ("Completed", f"recorded Wi2021 for person {disputed}"),
    ]


def newest(serving, *names):
    """Wait for the newest run of each deployment; return the name and message of its state."""
    found = {}
    for name in names:
        asked = {"deployments": {"name": {"any_": [name]}}, "sort": "EXPECTED_START_TIME_DESC", "limit": 1}
        state = serving.ended(serving.ask("flow_runs/filter", asked)[1][0]["id"])
        found[name] = (state["name"], state["message"])
    return found


def test_the_next_night_has_cleaned_and_read_the_answers(serving):
    state, message = run(serving, "nightly")
    assert state == "Waits" and "approval" not in message and "quarantine" not in message, message
    told = report(serving)
    for line in ("Betwist | 0", "inburgering: bewezen schoon | 37 van 37", "In quarantaine | 0", "Open incidenten | 0"):
        assert line in told, told
    assert "Berichten zonder bevestiging | 11" in told  # 13 before: two have answered


def test_the_delivery_is_blocked_until_two_accept_and_then_written(serving, demo):
    quarter = ended_before(today())
    delivery, (doctor, unwise), (vault, _) = runs(serving, ("cbs-delivery", {}), ("doctor", {}), ("verify", {}))
    assert delivery == ("Waits", f"0000: the delivery of {quarter} is blocked")
    assert doctor == "Waits" and "refused" not in unwise  # every server of the demo answers
    assert vault == "Completed"
    accepting = {"quarter": quarter, "code": "orphans", "reason": "hoort bij een andere gemeente"}
    told = runs(serving, ("cbs-accept", accepting | {"by": ANNA}), ("cbs-accept", accepting | {"by": BRAM}))
    assert {state for state, _ in told} == {"Completed"}, told
    assert run(serving, "cbs-delivery")[0] == "Waits"  # CBS has four of 2022Q1 who were corrected this morning
    mending = {"quarter": QUARTER, "correction_of": RECEIPT, "reason": "later gecorrigeerd"}
    assert run(serving, "cbs-delivery", **mending)[0] == "Completed"
    assert run(serving, "cbs-confirm", quarter=QUARTER, receipt="PROEF-2", by=ANNA)[0] == "Completed"
    assert run(serving, "cbs-delivery")[0] == "Completed"
    assert (demo / "var" / "output" / "cbs" / "0000" / quarter / "swi.xml").exists()
    confirmed = run(serving, "cbs-confirm", quarter=quarter, receipt="proef", by=ANNA)
    assert confirmed == ("Completed", f"confirmed {quarter} for 0000")


def test_a_choice_after_its_weeks_takes_two(serving, demo):
    corrected = [row for row in sheet(demo, "Personen") if row["Toestand"] == "Registratie gecorrigeerd"]
    person = next(int(row["Nummer"]) for row in corrected if row["Signaal"] == "SS190")
    choice = {"person": person, "law": "Wi2021", "reason": "zijn keuze, per brief", "kennisgeving": "2022-01-12"}
    assert run(serving, "optin-record", **choice, by=ANNA)[0] == "Waits"
    assert run(serving, "optin-record", **choice, by=BRAM) == ("Completed", f"recorded Wi2021 for person {person}")


def test_a_notice_is_confirmed_by_hand_and_another_goes_again(serving):
    assert run(serving, "notice-confirm", number=SILENT, status="received", by=ANNA)[0] == "Completed"
    assert run(serving, "notice-resend", number="0000-20220524-0003", by=ANNA)[0] == "Completed"


def test_today_is_run_once_more_by_a_form_with_a_day_picked(serving):
    with prefect_ui(serving.port, serving.login) as ui:
        ui.fill(serving.deployments()["rerun"]["id"], choose={}, today=("as_of",))
        ui.submit()
    state, message = newest(serving, "rerun")["rerun"]
    assert state == "Waits" and "7 notice(s) without an answer" in message, message  # 8 before one was confirmed
    assert "double" not in message  # who gets a notice again does not answer it again
    asked = {"flow_runs": {"name": {"any_": [f"rerun-{today()}"]}}}
    assert len(serving.ask("flow_runs/filter", asked)[1]) == 1


def test_what_listens_on_its_ports_is_refused_with_the_mend(serving, demo):
    """After the morning: serve is stopped, and something else takes the port of the mail server."""
    assert serving.stop() == 0
    assert at_work(demo) == [] and serving.left_running() == []
    port = int(re.search(r"mail: \{host: 127.0.0.1, port: (\d+)", (demo / "hervat.yaml").read_text())[1])
    with socket.create_server(("127.0.0.1", port)):
        again = subprocess.run(
            [sys.executable, "-m", "hervat.cli", "serve", "--config", str(demo)],
            capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env=os.environ,
        )  # fmt: skip
    assert again.returncode == 2 and f"port {port} of the demo's mail server is taken" in again.stderr
    assert "plays the demo again" in again.stderr and at_work(demo) == []


def test_nothing_of_a_person_is_in_what_serve_and_prefect_kept(serving):
    persons = (*cast(), *newcomers())
    sought = {mark for one in persons for mark in (one.bsn, f"{one.born:%d-%m-%Y}", one.born.isoformat())}
    kept = [serving.log, serving.home / "server.log", *serving.home.glob("prefect.db*")]
    assert len(kept) > 2 and [hit for path in kept for hit in leaks(path.read_bytes(), path.name, sought)] == []
