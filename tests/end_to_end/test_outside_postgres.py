"""A night from outside with PostgreSQL: locks, and a register that goes down half way."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from hervat.databases import engine_of
from hervat.register import Register, municipality_lock
from tests.support.town import Town, made_up_bsn, row

WRONG = made_up_bsn(41)
MAIN = [sys.executable, "-c", "from hervat.cli import main; main()"]


def test_no_reading_of_a_local_system_waits_for_ever_for_a_lock(tmp_path, postgres_url):
    town = Town(tmp_path / "town", local=postgres_url)
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-12')", bsn=WRONG)
    path = town.directory / "hervat.yaml"
    asked = path.read_text().replace("select bsn, partij,", "select bsn, current_setting('lock_timeout') as partij,")
    path.write_text(asked)
    assert any(said.endswith("not configured: 30s") for said in town.night("2022-03-01", status=1)["attention"])
    with engine_of("inburgering", postgres_url).connect() as connection:
        assert connection.scalar(text("show lock_timeout")) == "30s"
        assert connection.scalar(text("show row_security")) == "off"


def test_the_url_of_a_system_may_ask_for_another_lock_timeout(tmp_path, postgres_url):
    """A table that another holds is an error of that system, soon; nothing is erased and the gate is not open."""
    town = Town(tmp_path / "town", local=postgres_url)
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text().replace(postgres_url, postgres_url + "?options=-c%20lock_timeout%3D300ms"))
    with create_engine(postgres_url).begin() as other:
        other.execute(text("lock table inburgeraar in access exclusive mode"))
        told = town.night("2022-03-01", status=3)
    assert any("inburgering" in said for said in told["errors"]) and told["gate"]["open"] is False
    assert told["notices"]["correction"] == 0 and told["cleaning"][0]["cleaned"] == 0
    assert town.night("2022-03-01")["cleaning"][0]["cleaned"] == 1


def test_the_municipality_lock_lets_go_of_a_register_that_went_down(postgres_url):
    register = Register(postgres_url)
    register.migrate()
    with municipality_lock(register, "0000"):
        name = make_url(postgres_url).database
        with create_engine(make_url(postgres_url).set(database="postgres")).connect() as other:
            other.execute(
                text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"), {"name": name}
            )
    with municipality_lock(register, "0000"):
        pass


def test_first_runs_at_once_make_the_register_once(tmp_path):
    town = Town(tmp_path / "town")
    town.register_person(1, WRONG)
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    command = [*MAIN, "run", "--as-of", "2022-03-01", "--json", "--config", str(town.directory)]
    with ThreadPoolExecutor(3) as pool:
        root = Path(__file__).parents[2]
        ended = list(
            pool.map(lambda _: subprocess.run(command, check=False, capture_output=True, text=True, cwd=root), range(3))
        )
    said = [json.loads(one.stdout)["errors"] for one in ended]
    assert all("another run is at work" in text for errors in said for text in errors), said
    assert town.sql("select count(*) from inburgeraar") == [(0,)]


def test_rows_that_a_policy_hides_are_red_and_nothing_is_erased(tmp_path, postgres_url, postgres_cluster):
    town = Town(tmp_path / "town", local=postgres_url)
    town.register_person(1, WRONG)
    town.sql("insert into verstrekking values (1, :bsn, 'school', 'K-1', '2022-01-12')", bsn=WRONG)
    role = f"hv_{make_url(postgres_url).database}"
    postgres_cluster.sql(
        postgres_url,
        f"create role {role} login",
        f"grant select, insert, update, delete on all tables in schema public to {role}",
        "alter table verstrekking enable row level security",
    )
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text().replace(postgres_url, postgres_url.replace("postgres@", f"{role}@")))
    town.offer("20220301", row("SS190", "01-03-2022", WRONG))
    told = town.night("2022-03-01", status=3)
    named = [said for said in told["errors"] if "verstrekking: row security is on for this account" in said]
    assert named and told["cleaning"][0]["cleaned"] == 0 and told["gate"]["open"] is False
    found = town.json("doctor", status=3)
    assert sum("verstrekking: row security" in said for said in found["failing"]) == 2  # the table, and the query on it
    postgres_cluster.sql(postgres_url, f"alter role {role} bypassrls")
    assert town.night("2022-03-01")["cleaning"][0]["cleaned"] == 1
