"""Groups of the machine read what is written for their role, and nothing else: tried under other accounts."""

import grp
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.support.town import Town, made_up_bsn, row

AS_ROOT = os.geteuid() == 0
ASYLUM = "asielstatushouder"


@pytest.fixture
def output():
    """A folder that every account can pass, as /srv is; that of pytest is closed to others."""
    place = Path(tempfile.mkdtemp())
    place.chmod(0o711)
    yield place / "output"
    shutil.rmtree(place)


@pytest.fixture
def groups():
    """The names of two groups that this account can give files to; the same twice for who is in one alone."""
    if AS_ROOT:
        return "users", "games"
    own = grp.getgrgid(os.getegid()).gr_name
    return own, own


def reading(town, output, text):
    """Let the town write to a folder with these lines for its readers; return the town after a night."""
    file = town.directory / "hervat.yaml"
    whole = file.read_text().replace("output: var/output", f"output: {output}\n{text}")
    file.write_text(whole)
    town.offer("20220302", row("SS101", "10-01-2022", made_up_bsn(2), group=ASYLUM))
    town.night("2022-03-02", status=None)
    return town


def can_read(group: str, *paths: Path) -> bool:
    """Whether another account that is in this group, and in no other, reads files."""
    number = grp.getgrnam(group).gr_gid
    done = subprocess.run(
        ["/bin/cat", *paths],
        user=65534, group=65534, extra_groups=[number], capture_output=True, check=False, cwd="/",
    )  # fmt: skip
    return done.returncode == 0


def test_each_group_reads_its_own_and_nothing_else(tmp_path, output, groups):
    one, other = groups
    reading(Town(tmp_path / "town"), output, f"readers: {{report: {one}, worklist: {other}}}")
    page, sheet = output / "report/0000/laatste.html", output / "worklist/0000.xlsx"
    assert (page.stat().st_mode & 0o777, sheet.stat().st_mode & 0o777) == (0o640, 0o640)
    assert [grp.getgrgid(path.stat().st_gid).gr_name for path in (page, sheet)] == [one, other]
    if AS_ROOT:
        output.chmod(0o711)
        assert can_read(one, page) and can_read(other, sheet)
        assert not can_read(one, sheet) and not can_read(other, page)


def test_without_a_group_all_stays_private(tmp_path, output):
    reading(Town(tmp_path / "town"), output, "")
    assert {path.stat().st_mode & 0o077 for path in output.rglob("*")} == {0}


def test_a_gemeente_has_readers_of_its_own(tmp_path, output, groups):
    town = Town(tmp_path / "town")
    file = town.directory / "hervat.yaml"
    file.write_text(file.read_text().replace('code: "0000"', f'code: "0000"\n    readers: {{worklist: {groups[1]}}}'))
    assert "add `readers: {}` there" in town.hervat("status").output
    reading(town, output, "readers: {}")
    sheet = output / "worklist/0000.xlsx"
    assert (output / "worklist").stat().st_mode & 0o777 == 0o711 and sheet.stat().st_mode & 0o777 == 0o640
    assert (output / "report/0000").stat().st_mode & 0o777 == 0o700


def test_the_doctor_tells_what_keeps_a_group_out(tmp_path, output, groups):
    town = Town(tmp_path / "town")
    reading(town, output, f"readers: {{report: {groups[0]}, cbs: geen-groep}}")
    output.chmod(0o700)
    failing = town.json("doctor", status=None)["failing"]
    assert any("this machine has no group geen-groep; groupadd geen-groep" in line for line in failing)
    closed = [line for line in failing if f"chmod o+x {output}" in line]
    assert len(closed) == 1, failing
    output.chmod(0o711)
    assert not [line for line in town.json("doctor", status=None)["failing"] if "chmod o+x" in line]


def test_the_doctor_tells_that_answers_can_not_be_put_back(tmp_path, output, groups):
    answers = output.parent / "answers"
    answers.mkdir(mode=0o700)
    town = Town(tmp_path / "town", more=f"    worklist: {{answers: {answers}}}")
    reading(town, output, f"readers: {{worklist: {groups[1]}}}")
    output.chmod(0o711)
    mend = f"chgrp {groups[1]} {answers} && chmod 2770 {answers}"
    assert [line for line in town.json("doctor", status=None)["unwise"] if mend in line]
    shutil.chown(answers, group=groups[1])
    answers.chmod(0o2770)
    assert not [line for line in town.json("doctor", status=None)["unwise"] if "can't write in" in line]


def test_a_group_that_is_gone_makes_the_night_red_and_leaves_the_files_private(tmp_path, output):
    town = reading(Town(tmp_path / "town"), output, "readers: {report: geen-groep}")
    night = town.night("2022-03-03", status=3)
    assert ["no group geen-groep" in error for error in night["errors"]] == [True]
    assert (output / "report/0000/laatste.html").stat().st_mode & 0o777 == 0o600
