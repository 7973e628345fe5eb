"""`hervat doctor` finds what would fail tonight, calls it by its name with its mend, and makes or changes nothing."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from hervat.masters import new_master
from tests.support.another import as_another
from tests.support.sshd import Sshd
from tests.support.town import Town, made_up_bsn, row

GOOD = row("SS101", "01-03-2022", made_up_bsn(1), group="Gezinshereniger")
NO_ALERT = "alert: nobody is told when a night fails, waits or does not run: add `alert` to hervat.yaml"
SOURCE = '{{name: by-hand, folder: {{directory: incoming, pattern: "{}"}}, stable_after_seconds: 0}}'


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town")


def tree(directory):
    """Return every file and folder with its size and its moment of change."""
    return {
        str(path.relative_to(directory)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    } | {str(path.relative_to(directory)): None for path in directory.rglob("*") if path.is_dir()}


def night_of_its_own(town):
    """Run a night in a process of its own: afterwards nothing of this one holds the register open."""
    arguments = ["run", "--as-of", "2022-03-01", "--config", str(town.directory)]
    subprocess.run([sys.executable, "-m", "hervat.cli", *arguments], check=True, capture_output=True)


def found(town, kind, about, status=3):
    """Return the doctor's lines of a kind that hold a text."""
    return [text for text in town.json("doctor", status=status)[kind] if about in text]


def test_all_is_well_in_a_town_that_has_run(town):
    town.offer("20220301", GOOD)
    town.night("2022-03-01")
    told = town.json("doctor", status=1)
    assert told["failing"] == [] and told["notes"] == [NO_ALERT]


# it makes and changes nothing


def test_on_a_fresh_installation_it_makes_nothing_and_says_so(town, monkeypatch):
    monkeypatch.setenv("TRIED_KEYS", (town.directory / "var" / "keys.json").read_text())
    shutil.rmtree(town.directory / "var")
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text().replace("{file: var/keys.json}", "{env: TRIED_KEYS}"))
    before = tree(town.directory)
    told = town.json("doctor", status=1)
    assert told["failing"] == []
    assert told["notes"] == ["register: it is not there yet; the first run makes it", NO_ALERT]
    assert tree(town.directory) == before and not (town.directory / "var").exists()


def test_it_changes_nothing_of_an_installation_that_has_run(town):
    town.offer("20220301", GOOD)
    night_of_its_own(town)
    before = tree(town.directory)
    town.json("doctor", status=1)
    assert tree(town.directory) == before


def test_an_older_register_is_told_and_not_migrated(town, monkeypatch):
    from alembic import command

    from hervat.register import Register

    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _head: upgrade(config, "0005"))
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    register.migrate()
    register.close()
    monkeypatch.undo()
    before = tree(town.directory)
    told = town.json("doctor", status=1)
    assert told["failing"] == [] and "the next run migrates it" in told["notes"][0]
    assert tree(town.directory) == before
    with closing(sqlite3.connect(town.directory / "var" / "register.db")) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == ("0005",)


def test_an_empty_postgresql_stays_empty(tmp_path, postgres_url):
    town = Town(tmp_path / "town", register=postgres_url)
    told = town.json("doctor", status=1)
    assert told["failing"] == [] and told["notes"] == [
        "register: it is not there yet; the first run makes it",
        NO_ALERT,
    ]
    assert inspect(create_engine(postgres_url)).get_table_names() == []


def test_a_register_that_is_gone_is_no_first_one(town):
    town.offer("20220301", GOOD)
    town.night("2022-03-01")
    (town.directory / "var" / "register.db").unlink()
    (said,) = found(town, "failing", "register")
    assert "the vault remembers" in said and "put back the newest backup" in said
    assert not (town.directory / "var" / "register.db").exists()


def test_a_register_of_a_newer_hervat_is_named_once_and_the_rest_is_tried(town):
    town.night("2022-03-01")
    with closing(sqlite3.connect(town.directory / "var" / "register.db")) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999_later'")
    town.sql("drop table les")
    town.sql("drop table traject")
    town.sql("alter table inburgeraar rename to weg")
    failing = town.json("doctor", status=3)["failing"]
    assert len([text for text in failing if "a newer hervat made it" in text]) == 1
    assert any("system inburgering" in text for text in failing)


# keys


def test_keys_of_another_register_are_found_and_nothing_is_written(town):
    night_of_its_own(town)
    (town.directory / "var" / "keys.json").write_text(new_master())
    before = tree(town.directory)
    (said,) = found(town, "failing", "other keys")
    assert said.startswith("0000 keys: ") and "put the right keys file back" in said
    assert tree(town.directory) == before


def test_keys_that_are_not_there_keep_nothing_else_from_being_tried(town):
    (town.directory / "var" / "keys.json").unlink()
    shutil.rmtree(town.incoming)
    failing = " ".join(town.json("doctor", status=3)["failing"])
    assert "there is no keys file" in failing and "by-hand" in failing


def test_keys_on_their_way_to_be_renewed_belong_to_the_register(town):
    import json

    town.night("2022-03-01")
    path = town.directory / "var" / "keys.json"
    path.write_text(json.dumps(json.loads(new_master()) | {"next": json.loads(path.read_text())["master"]}))
    told = town.json("doctor", status=1)
    assert told["failing"] == [] and "they are being renewed" in told["notes"][0]


# queries


DISCLOSURES = "select bsn, partij, kenmerk, verstrekt_op from verstrekking"
RECORDS = "select p.bsn from persoon p join inburgeraar i"


def asks(town, old, new):
    path = town.directory / "hervat.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


WRONG = {
    "select bsn, from persoon": "its SQL is not right",
    "select bsn from weg": "there is no such table or view",
    "select weg from persoon": "there is no such column",
    "select bsn from persoon where id = :nummer": "a parameter that nothing gives",
}


@pytest.fixture(params=["sqlite", "postgres_url", "mariadb_url"])
def any_town(request, tmp_path):
    """A town whose local system is on SQLite, PostgreSQL or MariaDB."""
    return Town(tmp_path / "town", local="" if request.param == "sqlite" else request.getfixturevalue(request.param))


@pytest.mark.parametrize(("query", "said"), WRONG.items())
def test_a_disclosures_query_that_does_not_run(any_town, query, said):
    assert found(any_town, "failing", "disclosures", status=1) == []
    asks(any_town, DISCLOSURES, query)
    (told,) = found(any_town, "failing", "disclosures")
    assert told.startswith("0000 disclosures: system inburgering: the query failed") and said in told
    assert "correct the query" in told


def test_a_disclosures_query_without_a_column(any_town):
    asks(any_town, DISCLOSURES, "select bsn, partij from verstrekking")
    (told,) = found(any_town, "failing", "disclosures")
    assert "the query has no column kenmerk, verstrekt_op" in told


@pytest.mark.parametrize(("query", "said"), [one for one in WRONG.items() if ":nummer" not in one[0]])
def test_a_records_query_that_does_not_run(any_town, query, said):
    assert found(any_town, "failing", "cbs", status=1) == []
    path = any_town.directory / "hervat.yaml"
    start, _, _ = path.read_text().partition("        query: ")
    path.write_text(f'{start}        query: "{query}"\n')
    (told,) = found(any_town, "failing", "cbs")
    assert "cbs.records: the query on inburgering failed" in told and said in told


def test_a_query_that_fails_on_its_rows_is_run_for_real(any_town):
    any_town.sql("insert into verstrekking values (1, :bsn, 'school', 'T1', '2022-01-01')", bsn=made_up_bsn(1))
    many = "(select count(*) from verstrekking a, verstrekking b where a.id = b.id + 1)"
    fails = (
        "cast('geen getal' as integer)" if any_town.engine.dialect.name == "postgresql" else "json_extract('{', '$')"
    )
    if any_town.engine.dialect.name == "mariadb":
        fails = "(select id from verstrekking union all select 2)"
    asks(any_town, DISCLOSURES, f"select bsn, partij, {fails} as kenmerk, {many} as verstrekt_op from verstrekking")
    (told,) = found(any_town, "failing", "disclosures")
    assert "the query failed" in told and made_up_bsn(1) not in told and "geen getal" not in told


def test_of_a_long_answer_only_the_beginning_is_fetched(any_town):
    """Of sixteen million rows: to fetch them all takes a minute."""
    import time

    any_town.sql("insert into verstrekking values (1, :bsn, 'school', 'T1', '2022-01-01')", bsn=made_up_bsn(1))
    for power in range(10):
        any_town.sql(
            f"insert into verstrekking select id + {2**power}, bsn, partij, kenmerk, verstrekt_op from verstrekking"
        )
    asks(
        any_town,
        DISCLOSURES,
        "select a.bsn, a.partij, a.kenmerk, a.verstrekt_op from verstrekking a, verstrekking b, verstrekking c where c.id <= 16",
    )
    begin = time.monotonic()
    assert found(any_town, "failing", "disclosures", status=1) == []
    assert time.monotonic() - begin < 20


def test_a_right_that_a_query_lacks_on_postgresql(tmp_path, postgres_cluster, postgres_url):
    town = Town(tmp_path / "town", local=postgres_url)
    postgres_cluster.sql(
        postgres_url,
        "create role lezer login",
        "grant select, delete, update on persoon, plicht, inburgeraar, traject, les to lezer",
    )
    asks(town, postgres_url, postgres_url.replace("postgres@", "lezer@"))
    (told,) = found(town, "failing", "disclosures")
    assert "lacks the right to read what it names" in told and "verstrekking" in told and "SELECT" in told


def test_a_right_that_a_query_lacks_on_mariadb(tmp_path, mariadb_server, mariadb_url):
    town = Town(tmp_path / "town", local=mariadb_url)
    name = mariadb_url.rpartition("/")[2]
    rights = [
        f"select, delete, update on {name}.{one}" for one in ("persoon", "plicht", "inburgeraar", "traject", "les")
    ]
    asks(town, mariadb_url, mariadb_server.account(name, "lezer", *rights))
    (told,) = found(town, "failing", "disclosures")
    assert "lacks the right to read what it names" in told and "verstrekking" in told and "SELECT" in told


# passwords, servers, databases


@pytest.fixture(scope="module")
def guarded_cluster():
    from tests.support.postgres import Cluster

    with Cluster() as cluster:
        cluster.account("wachter", "goed-wachtwoord")
        yield cluster


def of_wachter(url, password="goed-wachtwoord"):
    return url.replace("postgres@", f"wachter:{password}@")


NO_CONNECTION = {
    "password": (lambda url: url.replace("goed-wachtwoord", "verkeerd"), "the password for user wachter is not right"),
    "no password": (lambda url: url.replace(":goed-wachtwoord", ""), "the server asks a password of user wachter"),
    "database": (lambda url: url.rpartition("/")[0] + "/nergens", "the database nergens does not exist"),
    "server": (lambda url: url.rpartition(":")[0] + ":1/x", "nothing answers at 127.0.0.1:1"),
    "host": (lambda url: url.replace("127.0.0.1", "host.invalid"), "the host host.invalid can't be found"),
}


@pytest.mark.parametrize("what", NO_CONNECTION)
def test_what_is_wrong_with_a_register_on_postgresql_is_named(tmp_path, guarded_cluster, what):
    spoil, said = NO_CONNECTION[what]
    url = guarded_cluster.create()
    guarded_cluster.sql(url, "grant create on schema public to wachter")
    town = Town(tmp_path / "town", register=of_wachter(url))
    assert town.json("doctor", status=1)["failing"] == []
    asks(town, of_wachter(url), spoil(of_wachter(url)))
    told = town.json("doctor", status=3)
    (failing,) = told["failing"]
    assert failing.startswith("register: ") and said in failing
    assert "goed-wachtwoord" not in failing and "verkeerd" not in failing
    (error,) = town.json("run", "--as-of", "2022-03-01", status=3)["errors"]
    assert said in error, "a run says the same"


@pytest.mark.parametrize("what", NO_CONNECTION)
def test_what_is_wrong_with_a_system_on_postgresql_is_named(tmp_path, guarded_cluster, what):
    spoil, said = NO_CONNECTION[what]
    url = guarded_cluster.create()
    town = Town(tmp_path / "town", local=url)
    guarded_cluster.sql(url, "grant select, insert, update, delete on all tables in schema public to wachter")
    asks(town, url, of_wachter(url))
    assert town.json("doctor", status=1)["failing"] == []
    asks(town, of_wachter(url), spoil(of_wachter(url)))
    failing = town.json("doctor", status=3)["failing"]
    assert [text.split(":")[0] for text in failing] == ["0000 system inburgering", "0000 disclosures", "0000 cbs"]
    assert all(said in text for text in failing), failing


def test_rights_that_lack_on_postgresql_are_named(tmp_path, guarded_cluster):
    url = guarded_cluster.create()
    name = url.rpartition("/")[2]
    town = Town(tmp_path / "town", register=of_wachter(url))
    (said,) = town.json("doctor", status=3)["failing"]
    assert "wachter may make no tables in schema public; grant usage, create on schema public to wachter" in said
    guarded_cluster.sql(url, f"revoke connect on database {name} from public")
    (said,) = town.json("doctor", status=3)["failing"]
    assert f"its user may not connect to the database {name}" in said and "grant connect" in said


MARIADB = {
    "password": (lambda url: url.replace(":proef@", ":verkeerd@"), "the password for user hervat is not right"),
    "no password": (lambda url: url.replace(":proef@", "@"), "the server asks a password of user hervat"),
    "database": (
        lambda url: url.rpartition("/")[0] + "/nergens",
        "there is no database nergens, or user hervat may not",
    ),
    "server": (lambda url: url.rpartition(":")[0] + ":1/x", "nothing answers at 127.0.0.1"),
    "host": (lambda url: url.replace("127.0.0.1", "host.invalid"), "the host host.invalid can't be found"),
}


@pytest.mark.parametrize("what", MARIADB)
def test_what_is_wrong_with_a_system_on_mariadb_is_named(tmp_path, mariadb_url, what):
    spoil, said = MARIADB[what]
    town = Town(tmp_path / "town", local=mariadb_url)
    asks(town, mariadb_url, spoil(mariadb_url))
    failing = town.json("doctor", status=3)["failing"]
    assert [text.split(":")[0] for text in failing] == ["0000 system inburgering", "0000 disclosures", "0000 cbs"]
    assert all(said in text and "verkeerd" not in text for text in failing), failing


# lists and sources


def with_lists(tmp_path, pattern="*.xlsx"):
    lists = f'      - {{name: lijsten, files: {{directory: lijsten, pattern: "{pattern}"}}}}'
    return Town(tmp_path / "town", more_systems=lists)


def test_a_folder_of_lists_that_is_not_there(tmp_path):
    town = with_lists(tmp_path)
    (said,) = found(town, "failing", "lijsten")
    assert said.startswith("0000 system lijsten: the folder") and "can't be read" in said


def test_a_folder_of_lists_in_which_nothing_fits(tmp_path):
    town = with_lists(tmp_path)
    (town.directory / "lijsten").mkdir()
    (town.directory / "lijsten" / "klas.csv").write_text("naam;bsn\n")
    (said,) = found(town, "unwise", "lijsten", status=1)
    assert "fits *.xlsx, so no list is searched" in said


def test_lists_that_can_not_be_read(tmp_path):
    town = with_lists(tmp_path, "*")
    (town.directory / "lijsten").mkdir()
    (town.directory / "lijsten" / "klas.csv").write_text("naam;bsn\n")
    assert found(town, "failing", "lijsten", status=1) == []
    for number in range(7):
        (town.directory / "lijsten" / f"kapot{number}.xlsx").write_bytes(b"no workbook")
    (town.directory / "lijsten" / f"brief {made_up_bsn(3)}.docx").write_bytes(b"")
    failing = found(town, "failing", "lijsten")
    assert len(failing) == 6 and failing[-1].endswith("3 more lists like these")
    assert made_up_bsn(3) not in " ".join(failing) and ".docx cannot be searched" in failing[0]


def test_a_pattern_that_matches_nothing_while_files_lie_there(tmp_path):
    town = Town(tmp_path / "town", source=SOURCE.format("*.CSV.gz"))
    assert found(town, "unwise", "by-hand", status=1) == []
    town.offer("20220301", GOOD)
    town.offer("20220302", GOOD, name="lijst.txt")
    (said,) = found(town, "unwise", "by-hand", status=1)
    assert "nothing fits the pattern *.CSV.gz, and 2 files lie there (.csv 1, .txt 1); look at the names there" in said
    told = town.night("2022-03-03", status=1)
    assert (
        told["files"]["fetched"] == 0
        and "2 file(s) there with a name that fits no pattern, and none ever did" in told["attention"][0]
    )
    asks(town, "*.CSV.gz", "*.CSV")
    assert found(town, "unwise", "by-hand", status=1) == [
        "0000 source by-hand: 1 file there with a name that fits no pattern; widen `pattern`, or have them taken away (.txt 1)"
    ]


def test_the_same_on_sftp(tmp_path):
    served = tmp_path / "served"
    served.mkdir()
    with Sshd(served) as server:
        where = (
            f"host: {server.host}, port: {server.port}, user: {server.user}, key: {server.user_key},"
            f" known_hosts: {server.known_hosts}, directory: {served}"
        )
        town = Town(tmp_path / "town", source=f'{{name: pib, sftp: {{{where}, pattern: "PIB_*.csv"}}}}')
        (served / "pib_1.xls").write_text("x")
        (served / "pib_1.csv.klaar").write_text("x")
        (said,) = found(town, "unwise", "source pib", status=1)
        assert (
            "nothing fits the pattern PIB_*.csv, and 2 files lie there (.xls 1, other 1); look at the names there"
            in said
        )
        (served / "pib_1.xls").rename(served / "pib_2.CSV")
        (served / "pib_1.csv.klaar").unlink()
        assert found(town, "unwise", "source pib", status=1) == []


def test_a_marker_is_no_file_that_lies_there(tmp_path):
    source = '{name: by-hand, folder: {directory: incoming, pattern: "PIB_*.csv"}, done_marker: .klaar}'
    town = Town(tmp_path / "town", source=source)
    (town.incoming / "elders.klaar").write_text("")
    assert found(town, "unwise", "by-hand", status=1) == []


def test_folders_of_its_own_that_can_not_be_written(open_path):
    """By an account that is not root, which may write everywhere."""
    town = Town(open_path / "town")
    (town.directory / "var").chmod(0o500)
    done = subprocess.run(
        [*as_another(town.directory), sys.executable, "-m", "hervat.cli", "doctor", "--json", "--config", town.directory],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    failing = json.loads(done.stdout)["failing"]
    assert done.returncode == 3 and any("register" in text for text in failing), done.stderr
    assert any("vault" in text for text in failing)


def test_nights_that_do_not_start_and_one_that_is_too_long_ago(town):
    town.offer("20220301", GOOD)
    town.night("2022-03-01")
    assert found(town, "failing", "night", status=1) == []
    with closing(sqlite3.connect(town.directory / "var" / "register.db")) as connection, connection:
        connection.execute("update run set ended_at = datetime(ended_at, '-27 hours')")
    (said,) = found(town, "failing", "nights")
    assert "the last good night ended 27 hours ago" in said
    home = town.directory / "var" / "prefect"
    home.mkdir(mode=0o700)
    (home / "port").write_text("1\n")  # `hervat serve` was here, and is not any more
    told = found(town, "failing", "nights")
    assert len(told) == 2 and any("start `hervat serve`, or remove" in text for text in told)


def test_a_file_in_the_way_of_the_register(town):
    (town.directory / "elders").write_text("")
    asks(town, "var/register.db", "elders/register.db")
    (said,) = found(town, "failing", "register")
    assert str(Path("elders")) in said and "can't be written" in said
