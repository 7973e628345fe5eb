"""The public interface from outside: `hervat run`, `status` and the rest, on a small made-up gemeente."""

import pytest

from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

pytestmark = pytest.mark.usefixtures("facts_with_lines")

WRONG, RIGHT, WAITS, PARKED = (made_up_bsn(n) for n in (11, 12, 13, 14))


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


def fill(town):
    for number, bsn in enumerate((WRONG, RIGHT, WAITS, PARKED), 1):
        town.register_person(number, bsn)
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-12')", bsn=WRONG)
    town.sql("insert into verstrekking values (2, :bsn, 'school', 'K-3', '2022-01-12')", bsn=WAITS)
    town.offer(
        "20220112",
        row("SS101", "10-01-2022", WRONG, group=ASYLUM),
        row("SS101", "10-01-2022", RIGHT, group=FAMILY),
        row("SS101", "10-01-2022", WAITS, group=ASYLUM),
        row("SS101", "10-01-2022", PARKED, group=FAMILY),
    )
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", RIGHT, group=FAMILY))


def test_a_first_night(town):
    fill(town)
    before = town.rows()
    told = town.night("2022-03-01", status=1)
    assert told["files"] == {"fetched": 2, "known": 0, "refused": 0}
    assert told["rows"] == {"read": 6, "loaded": 5, "known": 1, "foreign": 0, "quarantined": 0, "unknown_code": 0}
    assert told["persons"] == {
        "disputed": 0, "corrected": 1, "released": 1, "parked": 2, "noted": 0, "ended": 0, "reinstated": 0,
        "unseen": 1, "orphans": 1,
    }  # fmt: skip
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 0, "cleaned": 1, "reappeared": 0}]
    assert told["notices"] == {"hold": 1, "correction": 1, "resume": 0, "withdrawal": 0, "ended": 0, "unconfirmed": 2}
    assert told["gate"]["open"] is False
    assert told["gate"]["reasons"] == [
        {"code": "orphans", "count": 1, "system": "inburgering"},
        {"code": "parked_in_records", "count": 2},
    ]
    after = town.rows()
    for table in ("plicht", "inburgeraar", "traject"):
        assert [one for one in before[table] if one[0] != 1] == after[table]
    assert [one for one in before["les"] if one[1] != 1] == after["les"]
    for table in ("persoon", "verstrekking", "los"):
        assert before[table] == after[table]


def test_the_second_run_of_a_night_does_nothing(town):
    fill(town)
    first = town.night("2022-03-01", status=1)
    rows = town.rows()
    second = town.night("2022-03-01", status=1)
    assert second["files"] == {"fetched": 0, "known": 2, "refused": 0}
    assert set(second["rows"].values()) == {0}
    assert second["cleaning"] == [{"system": "inburgering", "planned": 0, "waiting": 0, "cleaned": 0, "reappeared": 0}]
    assert {k: v for k, v in second["notices"].items() if k != "unconfirmed"} == dict.fromkeys(
        ("hold", "correction", "resume", "withdrawal", "ended"), 0
    )
    assert second["persons"] == first["persons"] and town.rows() == rows
    assert "Nothing was new" in town.hervat("run", "--as-of", "2022-03-01").stdout


def test_a_release_by_date_does_not_wait_for_a_file(town):
    town.offer("20220325", row("SS101", "10-01-2022", WAITS, group=ASYLUM))
    assert town.night("2022-03-24")["persons"]["parked"] == 1
    assert town.night("2022-03-25")["persons"]["released"] == 1


def test_an_earlier_day_is_refused_but_status_looks_back(town):
    town.offer("20220325", row("SS101", "10-01-2022", WAITS, group=ASYLUM))
    town.night("2022-03-25")
    assert "2022-03-25 already" in town.json("run", "--as-of", "2022-03-24", status=2)["errors"][0]
    back = town.json("status", "--as-of", "2022-03-24")["municipalities"][0]
    assert back["persons"]["parked"] == 1


def test_shadow_changes_nothing_outside(town):
    fill(town)
    before = town.rows()
    told = town.night("2022-03-01", "--shadow", status=None)
    assert told["cleaning"][0]["planned"] == 1 and told["cleaning"][0]["cleaned"] == 0
    assert told["notices"]["hold"] == 1 and told["notices"]["correction"] == 1
    assert town.rows() == before and not (town.directory / "out").exists()
    real = town.night("2022-03-01", status=1)
    assert real["cleaning"][0]["cleaned"] == 1 and real["notices"]["correction"] == 1


def test_approval_comes_before_cleaning(tmp_path):
    town = Town(tmp_path / "town", approval="required")
    fill(town)
    told = town.night("2022-03-01", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 1, "cleaned": 0, "reappeared": 0}]
    assert {"code": "standing", "count": 1, "system": "inburgering"} in told["gate"]["reasons"]
    assert {"code": "plan_waits", "count": 1, "system": "inburgering"} in told["gate"]["reasons"]
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["persons"] == 1 and plan["rows"] == {"inburgeraar": 1, "plicht": 1, "traject": 1, "les": 2}
    assert town.hervat("approve", "0" * 64, "--by", "A. Jansen").exit_code == 2
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    told = town.night("2022-03-02", status=1)
    assert told["cleaning"][0]["cleaned"] == 1 and told["cleaning"][0]["waiting"] == 0
    assert not town.sql("select 1 from inburgeraar where id = 1")


def test_a_person_who_reappears_is_found_and_needs_a_new_approval(tmp_path):
    town = Town(tmp_path / "town", approval="required")
    fill(town)
    town.night("2022-03-01", status=1)
    (plan,) = town.json("plan")["plans"]
    town.json("approve", plan["hash"], "--by", "A. Jansen", status=0)
    town.night("2022-03-02", status=1)
    town.sql("insert into inburgeraar values (91, 1, 'Wi2021', 'actief', null)")
    told = town.night("2022-03-03", status=1)
    assert told["cleaning"] == [{"system": "inburgering", "planned": 1, "waiting": 1, "cleaned": 0, "reappeared": 1}]
    (again,) = town.json("plan")["plans"]
    assert again["hash"] != plan["hash"]


def test_delivery_is_blocked_accepted_and_written(town):
    fill(town)
    town.night("2022-03-01", status=1)
    blocked = town.json("cbs", "prepare", "--quarter", "2022Q1", "--as-of", "2022-03-02", status=1)
    assert blocked["municipalities"][0]["written"] is False
    accept = ["cbs", "accept", "--quarter", "2022Q1", "--as-of", "2022-03-02", "--reason", "nagevraagd"]
    for code in ("orphans", "parked_in_records"):
        town.json(*accept, "--code", code, "--by", "A. Jansen", status=0)
        assert town.hervat(*accept, "--code", code, "--by", "a. jansen").exit_code == 2
        town.json("cbs", "prepare", "--quarter", "2022Q1", "--as-of", "2022-03-02", status=1)
        town.json(*accept, "--code", code, "--by", "B. de Vries", status=0)
    assert town.hervat(*accept, "--code", "standing", "--by", "A. Jansen").exit_code == 2
    written = town.json("cbs", "prepare", "--quarter", "2022Q1", "--as-of", "2022-03-02", status=0)
    assert written["municipalities"][0]["records"] == 3
    folder = town.directory / "var" / "output" / "cbs" / "0000" / "2022Q1"
    xml = (folder / "swi.xml").read_text()
    assert RIGHT in xml and WRONG not in xml


def test_quarantine_shuts_the_gate_until_rejected_or_mended(town):
    bad = "123456789"
    path = town.offer("20220301", row("SS190", "01-03-2022", bad), row("SS101", "10-01-2022", RIGHT, group=FAMILY))
    told = town.night("2022-03-01", status=1)
    assert told["rows"]["quarantined"] == 1 and told["rows"]["loaded"] == 1
    assert {"code": "quarantined_correction", "count": 1} in told["gate"]["reasons"]
    (held,) = town.json("quarantine", "list", status=1)["quarantine"]
    assert (held["file"], held["row"], held["reason"]) == (path.name, 2, "bsn_wrong")
    assert bad not in town.hervat("quarantine", "list").stdout
    town.offer(
        "20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "10-01-2022", RIGHT, group=FAMILY), name=path.name
    )
    told = town.night("2022-03-02", status=0)
    assert told["files"] == {"fetched": 1, "known": 0, "refused": 0} and told["persons"]["corrected"] == 1
    assert town.json("quarantine", "list", status=0)["quarantine"] == []


def test_other_content_under_a_known_name_mends_nothing_of_another(town):
    path = town.offer("20220301", row("SS190", "01-03-2022", "123456789"), row("SS101", "10-01-2022", RIGHT))
    town.night("2022-03-01", status=1)
    town.offer("20220301", row("SS120", "01-03-2022", RIGHT), name=path.name)
    town.night("2022-03-02", status=1)
    assert len(town.json("quarantine", "list", status=1)["quarantine"]) == 1
    town.json(
        "quarantine", "reject", path.name, "--row", "2", "--by", "A. Jansen", "--reason", "bij DUO nagevraagd", status=0
    )
    assert town.json("quarantine", "list", status=0)["quarantine"] == []


def test_a_truncated_file_is_refused_and_a_mended_one_ends_it(town):
    good = "\r\n".join(
        [row("SS101", "10-01-2022", RIGHT, group=FAMILY), row("SS101", "10-01-2022", WAITS, group=FAMILY)]
    )
    from tests.support.town import HEADER

    whole = f"{HEADER}\r\n{good}\r\n".encode()
    path = town.offer("20220301", raw=whole[:-40])
    told = town.night("2022-03-01", status=1)
    assert told["files"] == {"fetched": 1, "known": 0, "refused": 1} and told["rows"]["read"] == 0
    assert {"code": "download_unloaded", "count": 1} in told["gate"]["reasons"]
    town.offer("20220301", raw=whole, name=path.name)
    told = town.night("2022-03-02", status=0)
    assert told["rows"]["loaded"] == 2 and told["gate"]["open"] is True


def test_known_files_and_new_dates(town):
    rows = [row("SS101", "10-01-2022", WAITS, group=ASYLUM)]
    town.offer("20220112", *rows, name="PIB_Wi2021_0000_20220112_010101.csv")
    town.offer("20220112", *rows, name="PIB_Wi2021_0000_20220112_020202.csv")
    told = town.night("2022-03-25")
    assert told["files"] == {"fetched": 1, "known": 1, "refused": 0} and told["persons"]["parked"] == 1
    town.offer("20220325", *rows, name="PIB_Wi2021_0000_20220325_010101.csv")
    told = town.night("2022-03-25")
    assert told["files"]["fetched"] == 1 and told["rows"]["known"] == 1 and told["persons"]["released"] == 1


def test_foreign_rows_open_an_incident(town):
    town.offer(
        "20220301",
        row("SS101", "10-01-2022", RIGHT, group=FAMILY, gemeente="0363"),
        row("SS101", "10-01-2022", WAITS, group=FAMILY, gemeente="0001"),
        row("SS101", "10-01-2022", PARKED, group=FAMILY, gemeente=""),
        row("SS150", "10-01-2022", PARKED),
    )
    told = town.night("2022-03-01", status=1)
    assert told["rows"] == {"read": 4, "loaded": 3, "known": 0, "foreign": 1, "quarantined": 0, "unknown_code": 1}
    assert told["persons"]["released"] == 2
    (incident,) = town.json("incidents", "list", status=1)["incidents"]
    town.json(
        "incidents", "close", str(incident["id"]), "--no-risk", "--by", "P. Officer", "--reason", "gemeld", status=0
    )
    town.night("2022-03-01", status=0)


def test_disputed_until_decided(town):
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG), row("SS101", "01-03-2022", WRONG, group=FAMILY))
    told = town.night("2022-03-01", status=1)
    assert told["persons"]["disputed"] == 1 and told["cleaning"][0]["planned"] == 0
    assert {"code": "disputed", "count": 1} in told["gate"]["reasons"]
    record = [
        "optin",
        "record",
        "--law",
        "Wi2021",
        "--date",
        "2022-03-02",
        "--by",
        "A. Jansen",
        "--reason",
        "nagevraagd",
    ]
    town.json(*record, stdin=f"{WRONG}\n", status=0)
    told = town.night("2022-03-02", status=0)
    assert told["persons"]["released"] == 1 and told["persons"]["reinstated"] == 1
    assert town.sql("select count(*) from inburgeraar") == [(1,)]


def test_verify_finds_all_well(town):
    fill(town)
    town.night("2022-03-01", status=1)
    assert town.json("verify", status=0) == {"wrong": []}


def test_two_runs_at_once(town):
    from hervat.register import Register, municipality_lock

    fill(town)
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    with municipality_lock(register, "0000"):
        told = town.json("run", "--as-of", "2022-03-01", status=3)
    assert "another run is at work for 0000" in told["errors"][0]
    town.night("2022-03-01", status=1)


@pytest.mark.parametrize(
    "arguments", [["run", "--as-of", "gisteren"], ["run", "--step", "polish"], ["run", "-m", "9999"]]
)
def test_wrong_usage(town, arguments):
    assert town.json(*arguments, status=2)["errors"]
