"""Being told, from outside: `hervat run` that fails, waits, crashes or is well, `status --max-age` and `hervat alert`."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from hervat.alerts import sending
from hervat.register import Register, municipality_lock
from hervat.register.models import Run, utc_now
from tests.support.town import FAMILY, Town, made_up_bsn, row
from tests.support.web import Web

RIGHT, NAME = made_up_bsn(12), "Verzonnen"
BROKEN = "\nalert: {url: 'http://127.0.0.1:1/', on: [failed, waits]}\n"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(sending, "_WAIT_SECONDS", 0)
    for name in ("MONITOR_SERVICE_RESULT", "MONITOR_EXIT_STATUS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def web():
    with Web() as server:
        yield server


@pytest.fixture
def town(tmp_path, web):
    made = Town(tmp_path / "town")
    add(made, f"\nalert: {{url: '{web.url}'}}\n")
    return made


def add(town, text):
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text() + text)


def change(town, before, after):
    path = town.directory / "hervat.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def told(web):
    """Return what was posted, and forget it."""
    posted = [body for _, _, body in web.posts]
    web.posts.clear()
    return posted


def test_a_night_without_anything_to_tell_tells_nothing(town, web):
    town.offer("20220301", row("SS101", "10-01-2022", RIGHT, group=FAMILY))
    town.night("2022-03-01", status=0)
    assert told(web) == []


def test_a_night_that_waits_tells_so_each_time_in_counts(town, web):
    town.offer("20220301", row("SS190", "01-03-2022", "123456789", name=NAME))
    town.night("2022-03-01", status=1)
    (first,) = told(web)
    town.night("2022-03-02", status=1)
    (second,) = told(web)
    assert first["kind"] == second["kind"] == "waits"
    assert "Er wacht werk op een mens: 1 melding" in first["text"] and "nacht van 2 maart 2022" in second["text"]
    assert not [mark for mark in (NAME, "123456789", "PIB_") if mark in json.dumps([first, second])]


def test_a_shadow_night_tells_that_it_is_one(town, web):
    town.offer("20220301", row("SS190", "01-03-2022", "123456789"))
    town.night("2022-03-01", "--shadow", status=1)
    (body,) = told(web)
    assert body["shadow"] is True and body["subject"].endswith("(schaduwnacht)")


def test_a_night_that_fails_tells_in_what(town, web):
    change(town, f"database: {town.local}", "database: sqlite:////nowhere/at/all.db")
    town.night("2022-03-01", status=3)
    (body,) = told(web)
    (one,) = body["municipalities"]
    assert body["kind"] == "failed" and one["exit_status"] == 3 and one["failed_parts"] == ["systeem inburgering"]


def test_only_of_what_is_asked_for(town, web):
    change(town, "alert: {", "alert: {on: [failed], ")
    town.offer("20220301", row("SS190", "01-03-2022", "123456789"))
    town.night("2022-03-01", status=1)
    assert told(web) == []


def test_several_gemeenten_are_one_alert_about_those_that_need_it(town, web):
    more = '\n  - {code: "0002", name: Elders, sources: [{name: x, folder: {directory: no/such}}]}\n'
    change(town, "\nalert:", f'{more}  - {{code: "0003", name: Goed}}\nalert:')
    town.json("run", "--as-of", "2022-03-01", status=3)
    (body,) = told(web)
    assert [one["code"] for one in body["municipalities"]] == ["0002"] and "(bron x)" in body["text"]


def test_an_alert_that_can_not_go_is_an_error_and_hides_nothing(tmp_path):
    town = Town(tmp_path / "town")
    add(town, BROKEN)
    assert town.night("2022-03-01", status=0)["errors"] == []
    town.offer("20220301", row("SS190", "01-03-2022", "123456789"))
    night = town.night("2022-03-02", status=3)
    (error,) = night["errors"]
    assert error.startswith("alert by url: 127.0.0.1:1: the connection was refused; ")
    assert night["attention"] == ["1 row in quarantine"] and night["rows"]["quarantined"] == 1
    plain = town.hervat("run")
    assert (
        plain.exit_code == 3
        and "waits for a person: 1 row in" in plain.stdout
        and "error: alert by url" in plain.stderr
    )
    with Register(f"sqlite:///{town.directory}/var/register.db").session() as session:
        assert {one.exit_status for one in session.query(Run)} == {0, 1}


# before its night


def broken_keys(town):
    (town.directory / "var" / "keys.json").unlink()


def broken_settings(town):
    change(town, "vault: var/vault", "vlaut: var/vault")


def broken_register(town):
    path = town.directory / "var" / "register.db"
    path.write_bytes(b"this is no database at all" * 100)


@pytest.mark.parametrize(("breaks", "status"), [(broken_keys, 2), (broken_settings, 2), (broken_register, 3)])
def test_a_run_that_ends_before_its_night_tells_so(town, web, breaks, status):
    breaks(town)
    errors = town.json("run", status=status)["errors"]
    (body,) = told(web)
    assert body["kind"] == "failed" and body["subject"] == "hervat: de nacht is niet begonnen"
    assert errors and not [error for error in errors if "alert" in error]
    town.json("run", "--municipality", "0000", "--shadow", status=status)
    (body,) = told(web)
    assert "van gemeente 0000" in body["text"] and body["shadow"] is True


def test_an_older_register_tells_too(town, web):
    town.offer("20220301", row("SS101", "10-01-2022", RIGHT, group=FAMILY))
    town.night("2022-03-01", status=0)
    for path in (town.directory / "var").glob("register.db*"):
        path.unlink()
    assert "is not the last one" in town.json("run", status=3)["errors"][0]
    assert [body["subject"] for body in told(web)] == ["hervat: de nacht is niet begonnen"]


def test_an_alert_that_can_not_go_stands_beside_what_was_wrong(tmp_path):
    town = Town(tmp_path / "town")
    add(town, BROKEN)
    broken_keys(town)
    first, second = town.json("run", status=2)["errors"]
    assert "there is no keys file" in first and second.startswith("alert by url: ")


def test_an_error_that_nobody_foresaw_tells_and_is_not_repeated(town, web, monkeypatch):
    def fails(*_args, **_more):
        raise ValueError(f"{NAME} {RIGHT}")

    monkeypatch.setattr("hervat.tasks.installation.Installation.municipalities", fails)
    (error,) = town.json("run", status=3)["errors"]
    assert error.startswith("unexpected ValueError at ") and RIGHT not in error
    (body,) = told(web)
    assert RIGHT not in json.dumps(body) and NAME not in json.dumps(body)


def test_another_run_at_work_is_no_failure_to_tell(town, web):
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    register.migrate()
    with municipality_lock(register, "0000"):
        assert "another run is at work" in town.json("run", status=3)["errors"][0]
    assert told(web) == []


@pytest.mark.parametrize(
    "call", [["--as-of", "gisteren"], ["--step", "nosuch"], ["--as-of", "2022-03-01", "-m", "9999"]]
)
def test_a_wrong_call_by_hand_tells_nobody(town, web, call):
    town.json("run", *call, status=2)
    assert told(web) == []


# how long ago


def ended(town, hours):
    """Move the end of all runs into the past."""
    with Register(f"sqlite:///{town.directory}/var/register.db").session() as session:
        session.execute(update(Run).values(ended_at=utc_now() - timedelta(hours=hours)))


def test_max_age_is_red_until_a_good_night_and_when_it_is_too_long_ago(town):
    assert "no good night has ended here yet" in town.json("status", "--max-age", "26h", status=3)["errors"][0]
    assert not (town.directory / "var" / "register.db").exists()
    town.night("2022-03-01", "--shadow", status=0)
    town.night("2022-03-01", "--step", "settle", status=0)
    town.json("status", "--max-age", "26h", status=3)
    town.night("2022-03-01", status=0)
    now = town.json("status", "--max-age", "26h", status=0)
    assert now["errors"] == [] and now["municipalities"][0]["age"]["minutes"] == 0
    ended(town, 27)
    for allowed, status in (("26h", 3), ("27h", 3), ("28h", 0), ("2d", 0), ("1600m", 3), ("1800m", 0)):
        found = town.json("status", "--max-age", allowed, status=status)
        assert found["municipalities"][0]["code"] == "0000" and found["municipalities"][0]["age"]["minutes"] == 27 * 60
        assert len(found["errors"]) == (1 if status else 0)
    plain = town.hervat("status", "--max-age", "26h")
    assert plain.exit_code == 3 and "error: 0000: the last good night ended 27 hours ago" in plain.stderr
    assert town.json("status")["municipalities"][0]["last_good_run"] is not None


def test_max_age_needs_neither_a_system_nor_keys_nor_what_waits(town):
    town.offer("20220301", row("SS190", "01-03-2022", "123456789"))
    town.night("2022-03-01", status=1)
    change(town, f"database: {town.local}", "database: postgresql://nobody@127.0.0.1:1/none")
    broken_keys(town)
    assert town.json("status", "--max-age", "26h", status=0)["attention"] == []


@pytest.mark.parametrize("text", ["", "26", "h", "26 h", "0h", "-1h", "1.5h", "26hours", "9999999h"])
def test_what_is_no_time_is_refused(town, text):
    assert "such as 90m, 26h or 2d" in town.json("status", "--max-age", text, status=2)["errors"][0]


def test_max_age_looks_at_now_and_at_gemeenten_that_are_there(town):
    assert "--as-of" in town.json("status", "--max-age", "1d", "--as-of", "2022-03-01", status=2)["errors"][0]
    assert "9999" in town.json("status", "--max-age", "1d", "-m", "9999", status=2)["errors"][0]


# the command


def test_a_test_alert_says_what_came_of_it(town, web):
    assert town.json("alert", "test", status=0) == {"sent": ["alert sent by url: test"], "errors": []}
    assert [body["kind"] for body in told(web)] == ["test"]
    change(town, "alert: {", "alert: {command: ['false'], ")
    plain = town.hervat("alert", "test")
    assert plain.exit_code == 3 and "alert sent by url" in plain.stdout
    assert "error: alert by command: false ended with exit status 1" in plain.stderr


def test_without_an_alert_in_the_configuration_it_says_so(tmp_path):
    town = Town(tmp_path / "town")
    assert "hervat.yaml has no `alert`" in town.json("alert", "test", status=2)["errors"][0]
    assert town.night("2022-03-01", status=0)["errors"] == []


def test_what_stopped_is_told_from_a_closed_list(town, web):
    broken_keys(town)
    for what in ("night", "serve", "age"):
        town.json("alert", "failed", what, status=0)
    assert [body["stopped"] for body in told(web)] == ["night", "serve", "age"]
    assert town.hervat("alert", "failed", f"Jan {RIGHT}").exit_code == 2
    change(town, "alert: {", "alert: {on: [waits], ")
    assert "nothing is sent" in town.json("alert", "failed", "night", status=0)["note"]
    assert told(web) == []


@pytest.mark.parametrize(
    ("result", "status", "what", "sends"),
    [
        ("exit-code", "3", "night", False),  # the run has told of it
        ("exit-code", "2", "night", True),  # it may have been a call that nobody could tell of
        ("exit-code", "203", "night", True),
        ("oom-kill", "9", "night", True),
        ("timeout", "15", "night", True),
        ("exit-code", "3", "serve", True),
        ("exit-code", "3", "age", True),
    ],
)
def test_a_night_that_told_of_itself_is_not_told_of_twice(town, web, monkeypatch, result, status, what, sends):
    monkeypatch.setenv("MONITOR_SERVICE_RESULT", result)
    monkeypatch.setenv("MONITOR_EXIT_STATUS", status)
    town.json("alert", "failed", what, status=0)
    assert bool(told(web)) is sends
