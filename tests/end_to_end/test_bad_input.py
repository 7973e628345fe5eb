"""Each kind of broken input gives its clear error and exit status, never a value, and nothing is lost."""

import json
import socket

import pytest

from tests.support.town import FAMILY, HEADER, Town, made_up_bsn, row

ONE, TWO = made_up_bsn(61), made_up_bsn(62)
GOOD = row("SS101", "10-01-2022", ONE, group=FAMILY)


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


def text_of(*rows):
    return "\r\n".join([HEADER, *rows]) + "\r\n"


FILES = {
    "empty": b"",
    "encoding": text_of(GOOD).encode("utf-16"),
    "columns_missing": text_of(GOOD).replace("Signaalcode;", "Kode;").encode(),
    "columns_doubled": text_of(GOOD).replace("V-nummer", "BSN").encode(),
    "truncated": text_of(GOOD).encode()[:-20],
    "nul_bytes": text_of(GOOD).encode().replace(b"101", b"1\x001"),
    "bad_workbook": b"PK\x03\x04 this is no workbook",
}


@pytest.mark.parametrize("reason", FILES)
def test_a_broken_file_is_refused_whole_and_kept(town, reason):
    suffix = "xlsx" if reason == "bad_workbook" else "csv"
    broken = town.offer("20220301", raw=FILES[reason], name=f"PIB_Wi2021_0000_20220301_010101.{suffix}")
    town.offer("20220302", row("SS101", "10-01-2022", TWO, group=FAMILY))
    told = town.night("2022-03-02", status=1)
    assert told["files"] == {"fetched": 2, "known": 0, "refused": 1} and told["rows"]["loaded"] == 1
    (held,) = town.json("quarantine", "list", status=1)["quarantine"]
    assert (held["file"], held["row"]) == (broken.name, None)
    assert held["reason"] == reason or (reason, held["reason"]) in {
        ("encoding", "nul_bytes"),
        ("nul_bytes", "encoding"),
    }
    assert town.json("verify", status=0) == {"wrong": []}
    assert len(town.json("vault", "list")["objects"]) == 2


ROWS = {
    "bsn_wrong": row("SS101", "10-01-2022", "123456789"),
    "code_malformed": row("S101X", "10-01-2022", ONE, name="Verzonnen"),
    "date_malformed": row("SS101", "31-02-2022", ONE),
    "date_missing": row("SS101", "", ONE),
    "identifier_missing": row("SS101", "10-01-2022"),
    "wet_unknown": row("SS101", "10-01-2022", ONE, wet="Wi1998"),
    "v_number_wrong": row("SS101", "10-01-2022", ONE, v="12345678901"),
    "columns_wrong": row("SS101", "10-01-2022", ONE) + ";meer;nog meer",
}


@pytest.mark.parametrize("reason", ROWS)
def test_a_bad_row_is_quarantined_and_the_rest_goes_on(town, reason):
    town.offer("20220301", GOOD, ROWS[reason], row("SS101", "10-01-2022", TWO, group=FAMILY))
    told = town.night("2022-03-01", status=1)
    assert (told["rows"]["read"], told["rows"]["loaded"], told["rows"]["quarantined"]) == (3, 2, 1)
    (held,) = town.json("quarantine", "list", status=1)["quarantine"]
    assert (held["row"], held["reason"]) == (3, reason)


def test_no_share_of_bad_rows_refuses_a_file(town):
    town.offer("20220301", *[ROWS["bsn_wrong"]] * 50, GOOD)
    assert town.night("2022-03-01", status=1)["rows"]["loaded"] == 1


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_dead_server_does_not_hold_back_the_rest(tmp_path):
    (tmp_path / "known_hosts").write_text("")
    dead = (
        f"{{name: dead, sftp: {{host: 127.0.0.1, port: {closed_port()}, user: x, key: nokey, known_hosts: {tmp_path}/known_hosts}}}}"
        '\n      - {name: by-hand, folder: {directory: incoming, pattern: "PIB_*"}, stable_after_seconds: 0}'
    )
    town = Town(tmp_path / "town", source=dead)
    town.offer("20220301", GOOD)
    told = town.night("2022-03-01", status=3)
    assert told["persons"]["released"] == 1 and told["rows"]["loaded"] == 1
    assert len(told["errors"]) == 1 and told["errors"][0].startswith("source dead:")


def test_a_folder_that_is_not_there(town):
    town.offer("20220301", GOOD)
    (town.directory / "incoming").rename(town.directory / "elders")
    told = town.night("2022-03-01", status=3)
    assert told["errors"][0].startswith("source by-hand:")


LOCAL = {
    "no such database": ("sqlite:///", "sqlite:////nowhere/"),
    "no such table": ("root: inburgeraar", "root: inburgerares"),
    "no such column": ("inburgeraar.wet", "inburgeraar.wetboek"),
    "no such owned key": ("owns: [inburgeraar.plicht_id]", "owns: [inburgeraar.nergens_id]"),
}


@pytest.mark.parametrize("what", LOCAL)
def test_a_local_system_that_fails_is_red_and_the_gate_is_not_open(town, what):
    path = town.directory / "hervat.yaml"
    text = path.read_text()
    before, after = LOCAL[what]
    system = text[text.index("systems:") :]
    path.write_text(text[: text.index("systems:")] + system.replace(before, after))
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    told = town.night("2022-03-01", status=3)
    assert told["persons"]["corrected"] == 1 and told["gate"]["open"] is False
    assert any("inburgering" in error for error in told["errors"])


def test_a_disclosure_that_cannot_be_read_stops_cleaning_there(town):
    town.register_person(1, ONE)
    town.sql("alter table verstrekking rename to verstrekkingen")
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    told = town.night("2022-03-01", status=3)
    assert told["cleaning"][0]["cleaned"] == 0 and town.sql("select count(*) from inburgeraar") == [(1,)]
    town.sql("alter table verstrekkingen rename to verstrekking")
    assert town.night("2022-03-01", status=0)["cleaning"][0]["cleaned"] == 1


def test_a_key_that_cannot_be_null_stops_the_plan_by_name(town):
    town.register_person(1, ONE)
    town.register_person(2, TWO)
    town.sql(
        "create table vreemd (id integer primary key, les_id integer not null references les(id), inburgeraar_id integer references inburgeraar(id))"
    )
    town.sql("insert into vreemd values (1, 100, 2)")
    text = (
        (town.directory / "hervat.yaml")
        .read_text()
        .replace("root: inburgeraar", "root: inburgeraar\n          belongs: {vreemd: [inburgeraar_id]}")
    )
    (town.directory / "hervat.yaml").write_text(text)
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    told = town.night("2022-03-01", status=3)
    assert any("vreemd.les_id" in error for error in told["errors"])
    assert town.sql("select count(*) from les") == [(4,)]


def test_a_key_to_a_table_that_is_not_there_stops_the_plan_by_name(town):
    town.register_person(1, ONE)
    (number,) = town.sql("select id from inburgeraar")[0]
    town.sql('create table toets (id integer primary key, wie integer references "inburgeraar__old" (id))')
    town.sql(f"insert into toets values (1, {number})")
    town.offer("20220301", row("SS190", "01-03-2022", ONE))
    told = town.night("2022-03-01", status=3)
    assert any("toets.wie points to inburgeraar__old, which is not there" in error for error in told["errors"])
    assert told["gate"]["open"] is False
    assert town.sql("select count(*) from inburgeraar") == [(1,)]


def test_output_that_cannot_be_written_is_red(town):
    town.offer("20220301", GOOD)
    (town.directory / "var").mkdir(exist_ok=True)
    (town.directory / "var" / "output").write_text("a file stands where the folder should be")
    assert town.night("2022-03-01", status=3)["persons"]["released"] == 1


def test_a_vault_that_cannot_be_written_is_red(town):
    town.offer("20220301", GOOD)
    (town.directory / "var" / "vault").write_text("a file stands where the folder should be")
    told = town.json("run", "--as-of", "2022-03-01", status=3)
    assert told["errors"]


def test_an_original_that_was_changed_is_not_loaded(town):
    town.offer("20220301", GOOD)
    town.json("run", "--as-of", "2022-03-01", "--step", "fetch", status=None)
    (thing,) = [p for p in (town.directory / "var" / "vault").rglob("objects/*") if p.is_file()]
    data = bytearray(thing.read_bytes())
    data[len(data) // 2] ^= 1
    thing.chmod(0o600)
    thing.write_bytes(data)
    told = town.night("2022-03-01", status=3)
    assert told["rows"]["loaded"] == 0 and {"code": "download_unloaded", "count": 1} in told["gate"]["reasons"]
    assert town.json("verify", status=3)["wrong"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("hervat.yaml", None, "hervat init"),
        ("hervat.yaml", "register: [", "YAML"),
        ("hervat.yaml", "municipalities: []\n", "missing"),
        ("var/keys.json", None, "keys"),
        ("var/keys.json", "{}", "holds no keys"),
    ],
)
def test_a_broken_configuration_is_exit_status_2(town, name, content, said):
    path = town.directory / name
    path.unlink() if content is None else path.write_text(content)
    told = town.json("run", "--as-of", "2022-03-01", status=2)
    assert said in json.dumps(told["errors"])


def test_other_keys_are_an_error_and_nothing_is_lost(town):
    from hervat.masters import new_master

    keys = town.directory / "var" / "keys.json"
    old = keys.read_text()
    town.offer("20220301", GOOD)
    town.night("2022-03-01", status=0)
    keys.write_text(new_master())
    assert "other keys" in town.json("run", "--as-of", "2022-03-02", status=2)["errors"][0]
    keys.write_text(old)
    assert town.night("2022-03-02", status=0)["persons"]["released"] == 1


def test_doctor_says_what_would_fail(town):
    assert town.json("doctor")["failing"] == []
    town.sql("drop table les")
    town.sql("drop table traject")
    town.sql("alter table inburgeraar rename to weg")
    (town.directory / "incoming").rename(town.directory / "elders")
    told = town.json("doctor", status=3)
    assert any("by-hand" in text for text in told["failing"]) and any("inburgering" in text for text in told["failing"])
    (town.directory / "local.db").unlink()
    told = town.json("doctor", status=3)
    assert "0000 system inburgering: there is no database file" in " ".join(told["failing"])


def test_doctor_says_what_is_unwise(tmp_path):
    from tests.support.sshd import Sshd

    (tmp_path / "served").mkdir()
    with Sshd(tmp_path / "served") as server:
        loose = tmp_path / "loose"
        loose.write_bytes(server.user_key.read_bytes())
        loose.chmod(0o644)
        where = f"host: {server.host}, port: {server.port}, user: {server.user}, key: {loose}, known_hosts: {server.known_hosts}"
        town = Town(tmp_path / "town", source=f"{{name: open, sftp: {{{where}, directory: {tmp_path}/served}}}}")
        told = town.json("doctor", status=1)
    assert told["failing"] == [] and any(f"{loose} can be read by others" in text for text in told["unwise"])


def test_init_never_writes_over(town):
    before = (town.directory / "hervat.yaml").read_text()
    assert town.hervat("init", str(town.directory), config=False).exit_code == 2
    assert (town.directory / "hervat.yaml").read_text() == before
