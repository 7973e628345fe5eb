"""What people see on a terminal of 80 columns: nothing is wider, and what is copied stands whole."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.terminal import on_terminal
from tests.support.town import FAMILY, Town, made_up_bsn, row

PARTY = "maatschappelijke-begeleiding-noord"
SOURCE = (
    '{name: by-hand, folder: {directory: incoming, pattern: "PIB_*"}, stable_after_seconds: 0,'
    ' owner: "B. de Boer-van der Meulen"}'
)
LISTS = [
    ("run", "--as-of", "2022-03-02"),
    ("status", "--as-of", "2022-03-25"),
    ("notices", "list"),
    ("quarantine", "list"),
    ("incidents", "list"),
    ("vault", "list"),
    ("vault", "list", "--all"),
    ("plan",),
    ("doctor",),
    ("cbs", "list"),
    ("vault", "destroy"),
    ("refill", "list"),
    ("strangers", "list"),
    ("verify",),
    ("footprint", "show", "inburgering"),
]


def delivered(town):
    """Write a delivery and its correction into the register, as if the gate had been open."""
    from datetime import date

    from hervat.register import Register
    from hervat.register.models import Delivery

    register = Register(f"sqlite:///{town.directory}/var/register.db")
    with register.session() as session:
        for corrects in (None, "ab" * 32):
            session.add(
                Delivery(
                    municipality="0000", quarter="2022Q1", gate={}, digest="ab" * 32, records=12345,
                    written_on=date(2022, 4, 14), receipt="PORTAAL-2022-000123456789", corrects=corrects,
                )
            )  # fmt: skip
    register.close()


@pytest.fixture(scope="module")
def town():
    with tempfile.TemporaryDirectory(prefix="hv") as folder:  # short: a long path could not be folded
        yield full(Path(folder))


def full(folder):
    party = f"      - {{name: {PARTY}, identifier: reference, channel: {{folder: out/begeleiding}}}}"
    town = Town(folder, approval="required", more=party, source=SOURCE)
    bsn = [made_up_bsn(number) for number in range(10)]
    for number in range(1, 6):
        town.register_person(number, bsn[number])
        named = {"n": number, "bsn": bsn[number], "party": PARTY if number % 2 else "school", "mark": f"K{number}"}
        town.sql("insert into verstrekking values (:n, :bsn, :party, :mark, '2022-01-10')", **named)
    town.sql("insert into verstrekking values (9, :bsn, 'onbekend', 'K9', '2022-01-10')", bsn=bsn[1])
    town.offer(
        "20220301",
        row("SS101", "01-02-2022", bsn[1], group=FAMILY),
        row("SS190", "01-02-2022", bsn[2]),
        row("SS190", "01-02-2022", bsn[3]),
        row("SS101", "01-02-2022", "123456789", group=FAMILY),
        row("SS190", "01-02-2022", "111"),
        row("SS101", "01-02-2022", bsn[7], group=FAMILY, gemeente="0344"),
        row("SS101", "01-02-2022", bsn[8], group=FAMILY, born="31-02-1990"),
    )
    town.offer("20220228", raw=b"kapot;bestand\n1;2\n")
    town.night("2022-03-01", status=1)
    delivered(town)
    return town


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_nothing_is_wider_than_80_columns(town, command):
    shown = on_terminal(*command, HERVAT_CONFIG=str(town.directory))
    assert shown.status in (0, 1), shown.text
    assert shown.lines and max(map(len, shown.lines)) <= 80, [line for line in shown.lines if len(line) > 80]
    assert "…" not in shown.text


def test_what_is_copied_stands_whole(town):
    at = {"HERVAT_CONFIG": str(town.directory)}
    (plan,) = town.json("plan", status=1)["plans"]
    assert plan["hash"] in on_terminal("plan", **at).text
    vault = on_terminal("vault", "list", "--all", **at).text
    assert all(one["id"] in vault for one in town.json("vault", "list", "--all")["objects"])
    notices = on_terminal("notices", "list", **at).text
    assert all(one["number"] in notices for one in town.json("notices", "list")["notices"])
    cbs = on_terminal("cbs", "list", **at).text
    assert "sha256: " + "ab" * 32 in cbs and "corrects: " + "ab" * 32 in cbs and "PORTAAL-2022-000123456789" in cbs
    quarantine = on_terminal("quarantine", "list", **at).text
    assert all(one["reason"] in quarantine for one in town.json("quarantine", "list", status=1)["quarantine"])


def test_wide_shows_all_columns(town):
    at = {"HERVAT_CONFIG": str(town.directory)}
    wide = on_terminal("notices", "list", "--wide", **at).text
    (one, *_) = town.json("notices", "list")["notices"]
    assert all(name in wide.splitlines()[1] for name in one)
    assert re.search(rf"{one['number']} +party +\S+ +hold +2022-03-01", wide)
    assert "may be accepted" in on_terminal("quarantine", "list", "--wide", **at).text.splitlines()[1]


def test_lines_that_wait_name_their_command(town):
    at = {"HERVAT_CONFIG": str(town.directory)}
    for shown in (on_terminal("status", "--as-of", "2022-03-25", **at), town.hervat("status", "--as-of", "2022-03-25")):
        text = getattr(shown, "text", None) or shown.stdout
        assert re.search(r"waits for a person: 3 rows in quarantine\n    hervat quarantine list", text)
        assert re.search(r"waits for a person: 1 incident \(row of another gemeente\)\n    hervat incidents list", text)
        assert re.search(r"orphans? to look at\n    .*:\n    hervat strangers decide --person NUMBER", text)
    assert "1 incident (row of another gemeente)" in town.json("status", "--as-of", "2022-03-25")["attention"]


def test_a_command_names_the_configuration_that_was_named(town):
    text = town.hervat("status", "--as-of", "2022-03-01").stdout
    assert f"    hervat quarantine list --config {town.directory}\n" in text
    text = on_terminal("status", "--as-of", "2022-03-01", HERVAT_CONFIG=str(town.directory)).text
    assert "    hervat quarantine list\n" in text
    command = re.search(r"    hervat (quarantine list) (--config \S+)", town.hervat("status").stdout)
    assert on_terminal(*command[1].split(), *command[2].split()).status == 1


def test_a_list_of_what_may_end_fits_too(monkeypatch, capsys):
    from rich.console import Console

    from hervat.cli.shared import screen

    monkeypatch.setattr(
        screen, "stdout", lambda: Console(width=80, force_terminal=True, soft_wrap=True, color_system=None)
    )
    ids = [f"{number:032x}" for number in (1, 2)]
    rows = [[one, "download", "PIB_Wi2021_0000_20220301_000000.csv", "2022-03-01", "A. Jansen-de Boer"] for one in ids]
    screen.table("May end in 0000", ["id", "kind", "name", "since", "agreed by"], rows, fold=["name", "agreed by"])
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80 and all(one in shown for one in ids)


# colours


def test_colours_stand_on_a_terminal_alone(town, tmp_path):
    at = {"HERVAT_CONFIG": str(town.directory)}
    assert "\x1b[33mwaits for a person:\x1b[0m" in on_terminal("status", **at).raw
    assert "\x1b[31mhervat:\x1b[0m" in on_terminal("status", HERVAT_CONFIG=str(tmp_path)).raw
    assert "\x1b[32mWrong: none" in on_terminal("verify", **at).raw
    for shown in (on_terminal("status", NO_COLOR="1", **at), on_terminal("status", TERM="dumb", **at)):
        assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", shown.raw)
    piped = subprocess.run(
        [sys.executable, "-m", "hervat.cli", "status"],
        env=os.environ | at | {"TERM": "xterm-256color"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert piped.returncode == 1 and "waits for a person: " in piped.stdout
    assert "\x1b" not in piped.stdout + piped.stderr


def test_an_error_is_folded_and_its_commands_stand_whole(capsys):
    from rich.console import Console

    from hervat.cli.shared.screen import tell

    command = "`hervat vault reconcile --by NAME --config /srv/hervat`"
    narrow = Console(width=60, force_terminal=True, soft_wrap=True, color_system=None)
    tell(
        f"the register of 0000 is not the last one; put back the newest one, or call {command}",
        lead="error: ",
        to=narrow,
    )
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 60 and any(command in line for line in lines)


# progress


def test_verify_draws_one_line(town):
    shown = on_terminal("verify", HERVAT_CONFIG=str(town.directory))
    (line,) = [one for one in shown.text.split("\n") if "originals of 0000" in one]
    assert line.endswith("6/6 100%"), "one line, redrawn in its place"
    assert shown.status == 0 and "Wrong: none" in shown.text


def test_verify_says_little_where_nobody_looks(town):
    """At the end, and each minute; not a line an original."""
    told = town.hervat("verify").stderr.splitlines()
    assert len(told) == 1 and told[0].endswith("originals of 0000: 6 of 6 (100%)")


def test_progress_tells_at_most_a_line_a_minute(monkeypatch, capsys):
    from hervat.cli.shared import screen

    now = [0.0]
    monkeypatch.setattr(screen.time, "monotonic", lambda: now[0])
    with screen.progress("originals", quiet=False) as hear:
        for done in range(1, 601):
            now[0] += 0.25
            hear(done, 600)
    told = [line.split(" ", 1)[1] for line in capsys.readouterr().err.splitlines()]
    assert told == ["originals: 240 of 600 (40%)", "originals: 480 of 600 (80%)", "originals: 600 of 600 (100%)"]


# completion


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("hervat qua", "quarantine"), ("hervat notices res", "resend"), ("hervat run --sha", "--shadow")],
)
def test_the_shell_completes_commands_and_options(typed, offered):
    asked = {"_HERVAT_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    hervat = Path(sys.executable).with_name("hervat")
    done = subprocess.run([hervat], env=os.environ | asked, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [offered]


def test_the_script_for_bash_is_one_that_bash_takes():
    hervat = Path(sys.executable).with_name("hervat")
    shown = subprocess.run([hervat, "--show-completion", "bash"], capture_output=True, text=True, check=False)
    if "complete -o default -F" not in shown.stdout:  # without a shell above it the option takes no value
        shown = subprocess.run(
            ["bash", "-c", f"{hervat} --show-completion"], capture_output=True, text=True, check=False
        )
    assert "complete -o default -F _hervat_completion hervat" in shown.stdout, shown.stderr
    taken = subprocess.run(["bash", "-n"], input=shown.stdout, capture_output=True, text=True, check=False)
    assert taken.returncode == 0, taken.stderr


def test_the_help_stays_neat():
    text = on_terminal("--help").text
    assert "--install-completion" in text and max(map(len, text.splitlines())) <= 80
    assert "--show-completion" not in on_terminal("run", "--help").text
