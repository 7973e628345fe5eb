"""Many gemeenten in one run: side by side in processes, each apart, with bounded connections."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from benchmarks.country import DAY, Country
from tests.support.sshd import Sshd
from tests.support.town import Town

COUNT = 4


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Sshd(tmp_path_factory.mktemp("many-sftp")) as server:
        yield server


@pytest.fixture
def country(tmp_path, postgres_cluster, server):
    """Four gemeenten, the register and half of their systems on PostgreSQL."""
    made = Country(tmp_path / "country", COUNT, postgres_cluster, server)
    made.build()
    return made


def begin(country, *options, **environment):
    command = [sys.executable, "-m", "hervat.cli", "run", "--config", str(country.directory), "--as-of", str(DAY)]
    return subprocess.Popen(
        [*command, "--jobs", "2", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
        process_group=0,
    )


def register(country):
    text = (country.directory / "hervat.yaml").read_text()
    url = next(line for line in text.splitlines() if line.startswith("register: ")).removeprefix("register: ")
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_two_fail_and_the_rest_is_done_with_few_connections(country, tmp_path):
    """One has an unset variable, one a source that refuses; and few connections to the register."""
    files = country.directory / "gemeenten"
    first, second = files / "0001.yaml", files / "0002.yaml"
    first.write_text(first.read_text().replace("name: Gemeente 0001", "name: ${NO_SUCH_VARIABLE_HERE}"))
    second.write_text(second.read_text().replace("directory: by-hand/0002", "directory: by-hand/not-there"))
    temporary = tmp_path / ("a-long-name" * 9)  # a socket's path would not fit in it
    temporary.mkdir()
    run, most = begin(country, "--json", TMPDIR=str(temporary)), 0
    with register(country) as looking:
        while run.poll() is None:
            asked = (
                "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            )
            most = max(most, looking.execute(asked).fetchone()[0])
            time.sleep(0.05)
    answer = json.loads(run.stdout.read())
    assert run.returncode == 3, run.stderr.read()
    assert any("NO_SUCH_VARIABLE_HERE" in text for text in answer["errors"])
    assert any(text.startswith("0002: source by-hand") for text in answer["errors"]), answer["errors"]
    assert [one["code"] for one in answer["municipalities"]] == ["0002", "0003", "0004"]
    assert all(one["files"]["fetched"] and one["persons"]["corrected"] for one in answer["municipalities"])
    assert 2 < most <= 2 + 2 * 3  # the run itself; its two processes: locks, work, and a third while rows go in


def test_status_and_its_alarm_tell_the_others_when_one_is_wrong(country):
    file = country.directory / "gemeenten" / "0001.yaml"
    file.write_text(file.read_text().replace("name: Gemeente 0001", "name: ${NO_SUCH_VARIABLE_HERE}"))
    for options, told in (((), ["0002", "0003", "0004"]), (("--max-age", "26h"), ["0002", "0003", "0004"])):
        status = [sys.executable, "-m", "hervat.cli", "status", "--config", str(country.directory), "--json", *options]
        done = subprocess.run(status, capture_output=True, text=True, check=False)
        answer = json.loads(done.stdout)
        assert done.returncode == 3 and [one["code"] for one in answer["municipalities"]] == told
        assert any("NO_SUCH_VARIABLE_HERE" in text for text in answer["errors"])


def test_a_killed_process_costs_its_own_night_and_the_next_run_makes_it_good(country):
    run = begin(country)
    with register(country) as looking:
        until(lambda: _at_work(looking), run)
        for pid in _workers(run.pid)[:1]:
            os.kill(pid, signal.SIGKILL)
    told = run.communicate(timeout=300)[1]
    assert run.returncode == 3, told
    lost = [line for line in told.splitlines() if "its process ended (exit status -9)" in line]
    assert len(lost) == 1 and f"({COUNT} of {COUNT})" in told
    again = begin(country, "--json")
    answer = json.loads(again.communicate(timeout=300)[0])
    assert again.returncode == 1 and answer["errors"] == []
    assert [one["code"] for one in answer["municipalities"]] == country.codes


def test_when_the_run_is_killed_its_processes_end_and_another_may_begin(country):
    run = begin(country)
    with register(country) as looking:
        until(lambda: _at_work(looking), run)
    workers = _workers(run.pid)
    run.kill()
    run.wait()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < end, "a process outlived its run"
        time.sleep(0.1)
    assert workers and begin(country).wait(300) == 1


@pytest.mark.parametrize("when", ["while it imports", "after it validated"])
def test_ctrl_c_ends_a_run_without_a_word_of_python(country, when):
    run = begin(country)
    with register(country) as looking:
        until((lambda: _children(run.pid)) if when == "while it imports" else (lambda: _validated(looking)), run)
    os.killpg(run.pid, signal.SIGINT)
    told = "".join(run.communicate(timeout=60))
    assert run.returncode == 130
    assert "Traceback" not in told and "leaked" not in told and "resource_tracker" not in told, told


_INTERRUPTED = """
import os, signal, sys
from multiprocessing import forkserver
connect = forkserver.connect_to_new_process

def interrupted(fds):
    made = connect(fds)
    os.kill(os.getpid(), signal.SIGINT)  # before the new process is told what to do
    return made

forkserver.connect_to_new_process = interrupted
from hervat.cli import main
sys.argv = ["hervat", "run", "--jobs", "2", "--config", sys.argv[1]]
main()
"""


def test_ctrl_c_while_a_process_starts_ends_a_run_without_a_word_of_python(country):
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED, str(country.directory)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr, done.stderr


def test_the_metrics_of_the_others_are_there_and_the_wrong_one_is_down(country, tmp_path):
    file = country.directory / "gemeenten" / "0001.yaml"
    file.write_text(file.read_text().replace("name: Gemeente 0001", "name: ${NO_SUCH_VARIABLE_HERE}"))
    status = [sys.executable, "-m", "hervat.cli", "status", "--config", str(country.directory)]
    written = tmp_path / "hervat.prom"
    done = subprocess.run([*status, "--metrics", str(written)], capture_output=True, text=True, check=False)
    assert done.returncode == 3 and "NO_SUCH_VARIABLE_HERE" in done.stderr
    up = [line for line in written.read_text().splitlines() if line.startswith("hervat_up{")]
    assert sorted(up) == [f'hervat_up{{municipality="{code}"}} {int(code != "0001")}.0' for code in country.codes]


_EMPTY_NIGHT = """
import sys
from hervat.cli import main
sys.argv = ["hervat", "run", "--config", sys.argv[1]]
try:
    main()
except SystemExit as ended:
    print(ended.code, "great_expectations" in sys.modules, "prefect" in sys.modules)
"""


def test_a_night_without_downloads_loads_neither_great_expectations_nor_prefect(tmp_path):
    town = Town(tmp_path / "town")
    run = [sys.executable, "-c", _EMPTY_NIGHT, str(town.directory)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0 False False", done.stderr


def until(met, run):
    end = time.monotonic() + 120
    while not met():
        assert run.poll() is None and time.monotonic() < end, run.communicate()[1]
        time.sleep(0.05)


def _at_work(looking):
    """True once a night has begun."""
    made = looking.execute("select to_regclass('run')").fetchone()[0]
    return bool(made) and looking.execute("select count(*) from run").fetchone()[0] > 0


def _validated(looking):
    return _at_work(looking) and looking.execute("select count(*) from validation_result").fetchone()[0] > 0


def _workers(run):
    """Return the processes that the fork server of a run forked."""
    below = [child for one in _children(run) for child in _children(one)]
    return [pid for pid in below if _children(pid) == []]


def _children(pid):
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_gemeenten_with_one_log_in_share_it(country, server, jobs):
    """Nights that follow each other in a process, within seconds; each had a log-in of its own."""
    before = server.log.read_text().count("Accepted publickey")
    run = begin(country, "--step", "fetch", "--jobs", jobs)
    run.communicate(timeout=300)
    assert run.returncode == 1
    assert server.log.read_text().count("Accepted publickey") - before < COUNT
