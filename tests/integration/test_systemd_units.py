"""The units that ship, as systemd itself reads them: they are right, hardened, and call commands that exist."""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hervat.alerts import STOPPED

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "config" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
INSTALLED = "/opt/hervat/.venv/bin/hervat"


class Unit(configparser.RawConfigParser):
    """A unit as values: keys keep their capitals, and of a key that stands twice the last counts."""

    optionxform = staticmethod(str)  # type: ignore[assignment]

    def __init__(self, path):
        super().__init__(strict=False, delimiters=("=",))
        self.read_string(path.read_text())


@pytest.fixture
def installed(tmp_path):
    """The units as they would stand here: with the program of this environment, and for an account that is here."""
    for path in UNITS.iterdir():
        text = path.read_text().replace(INSTALLED, str(Path(sys.executable).with_name("hervat")))
        (tmp_path / path.name).write_text(text)
    return tmp_path


def test_all_are_there():
    assert {path.name for path in UNITS.iterdir()} == {
        "hervat-night.service", "hervat-night.timer", "hervat-serve.service", "hervat-alert@.service",
        "hervat-age.service", "hervat-age.timer", "hervat-incidents.service", "hervat-incidents.timer",
    }  # fmt: skip


def analyze(*arguments, folder):
    program = shutil.which("systemd-analyze")
    assert program, "systemd-analyze is missing: on Debian apt-get install systemd"
    environment = {**os.environ, "TZ": "UTC"}
    return subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_systemd_finds_nothing_wrong(installed):
    done = analyze("verify", "--man=no", *sorted(path.name for path in installed.iterdir()), folder=installed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_finds_what_is_wrong(installed):
    """The test above can fail."""
    path = installed / "hervat-night.service"
    path.write_text(path.read_text().replace("ProtectSystem=strict", "ProtectSistem=strict"))
    assert "ProtectSistem" in analyze("verify", "--man=no", path.name, folder=installed).stderr


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_they_are_hardened(path, installed):
    done = analyze("security", "--offline=true", "--threshold=25", path.name, folder=installed)
    assert done.returncode == 0, done.stdout[-300:]
    service = Unit(path)["Service"]
    assert (service["User"], service["UMask"], service["ProtectSystem"]) == ("hervat", "0077", "strict")


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_their_commands_and_options_exist(path):
    from hervat.cli import app
    from hervat.cli.accountability import incidents  # noqa: F401
    from hervat.cli.night import alerts, nights  # noqa: F401
    from hervat.cli.setup import installation  # noqa: F401

    program, *arguments = Unit(path)["Service"]["ExecStart"].split()
    assert program == INSTALLED
    shown = CliRunner().invoke(app.app, [*(a for a in arguments if a.isalpha()), "--help"])
    assert shown.exit_code == 0
    assert all(option in shown.output for option in arguments if option.startswith("--"))


def test_the_night_waits_without_failing_and_its_failures_are_told():
    night = Unit(UNITS / "hervat-night.service")
    assert night["Service"]["SuccessExitStatus"] == "1"
    found = {Unit(path)["Unit"].get("OnFailure") for path in SERVICES}
    assert found - {None} == {f"hervat-alert@{what}.service" for what in STOPPED}
    assert "SuccessExitStatus" not in Unit(UNITS / "hervat-age.service")["Service"]


@pytest.mark.parametrize("name", ["night", "age", "incidents"])
def test_the_timers_are_in_the_time_of_the_netherlands_and_catch_up(name, tmp_path):
    timer = Unit(UNITS / f"hervat-{name}.timer")["Timer"]
    assert timer["Persistent"] == "true" and timer["OnCalendar"].endswith(" Europe/Amsterdam")
    done = analyze("calendar", "--base-time=2026-07-01 00:00:00 UTC", timer["OnCalendar"], folder=tmp_path)
    at = re.search(r"Next elapse: \w+ (\S+ \S+)", done.stdout)
    assert (
        at
        and at[1]
        == {"night": "2026-07-01 23:30:00", "age": "2026-07-01 05:00:00", "incidents": "2026-07-01 00:15:00"}[name]
    )
