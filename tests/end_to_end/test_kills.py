"""A night that is killed at any moment and run again ends with the same content as one that was not.

The night runs in a process of its own that kills itself (SIGKILL) at its nth contact with the outside: an open, a rename,
a file removed, a connection. Which n are tried is drawn anew by a fixed seed over all of them. These processes are forked
by one that has imported all, for importing takes longer than a night.
"""

import random
import shutil
import subprocess
import sys

import pytest

from tests.support.content import content_of
from tests.support.town import ASYLUM, FAMILY, Town, made_up_bsn, row

PERSONS = [made_up_bsn(n) for n in range(31, 43)]
KILLS = 14

SCRIPT = """
import os, signal, sys
import great_expectations, polars
from hervat.cli import app, cbs, cleaning, intake, nights, notices, optin, setup, vault
import tasks.night, tasks.conduct, expectations.rows, hervat.report
EVENTS = ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "sqlite3.connect", "shutil.rmtree")
def night(directory, last):
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        if event in EVENTS and not str(arguments[0] if arguments else "").endswith((".py", ".pyc")):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    os.dup2(2, 1)
    try:
        app.app(["run", "--config", directory, "--as-of", "2022-03-01", "--json"])
    except SystemExit as ended:
        os.write(answers, f"{ended.code} {seen}\\n".encode())
        os._exit(0)
answers = os.dup(1)
for line in sys.stdin:
    last, directory = line.rstrip("\\n").split(" ", 1)
    if not (child := os.fork()):
        night(directory, int(last))
        os._exit(1)
    if ended := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        print(ended, 0, flush=True)
"""


@pytest.fixture(scope="module")
def run_killed():
    """Return what runs a night to its nth contact: the exit status (-9 where killed) and how many contacts there were."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as ready:

        def run(town, at):
            print(at, town.directory, file=ready.stdin, flush=True)
            return tuple(map(int, ready.stdout.readline().split()))

        yield run
        ready.stdin.close()


def build(place):
    town = Town(place, more="")
    for number, bsn in enumerate(PERSONS, 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :bsn, 'school', :k, '2022-01-12')", n=number, bsn=bsn, k=f"K-{number}"
        )
    town.offer(
        "20220112",
        *[
            row("SS101", "10-01-2022", b, group=ASYLUM if i % 2 else FAMILY, name="Verzonnen")
            for i, b in enumerate(PERSONS)
        ],
    )
    town.offer(
        "20220301",
        *[row("SS190", "01-03-2022", b) for b in PERSONS[:4]],
        *[row("SS101", "10-01-2022", b, group=FAMILY) for b in PERSONS[4:8]],
        row("SS190", "01-03-2022", "123456789"),
    )
    return town


@pytest.fixture(scope="module")
def whole(tmp_path_factory, run_killed):
    place = tmp_path_factory.mktemp("kills")
    town = build(place / "town")
    shutil.copytree(place / "town", place / "fresh")
    status, contacts = run_killed(town, -1)
    assert status == 1
    return place, town, contacts


def moments(contacts):
    last = contacts - contacts // 20  # a night meets the outside a little more or less often each time
    return sorted(random.Random(2022).sample(range(1, last), KILLS))


@pytest.mark.parametrize("which", range(KILLS))
def test_a_killed_night_ends_the_same(whole, run_killed, which):
    place, town, contacts = whole
    expected = content_of(town)
    shutil.move(place / "town", place / "whole")
    shutil.copytree(place / "fresh", place / "town")
    try:
        assert run_killed(town, moments(contacts)[which]) == (-9, 0)
        town.night("2022-03-01", status=1)
        found = content_of(town)
        assert town.json("verify", status=0) == {"wrong": []}
    finally:
        shutil.rmtree(place / "town")
        shutil.move(place / "whole", place / "town")
    for part, value in expected.items():
        assert found[part] == value, part


def test_the_night_meets_the_outside_often_enough(whole):
    assert whole[2] > 100
