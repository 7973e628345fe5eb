"""The commands of the how-to for backup and restore, as they stand there."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.content import content_of
from tests.support.town import FAMILY, Town, made_up_bsn, row

TEXT = (Path(__file__).parents[3] / "docs" / "how-to" / "backup-and-restore.md").read_text()
BLOCKS = re.findall(r"^```sh( vault)?\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def perform(town, backup, *blocks):
    """Run commands in the configuration directory; those of hervat in this process."""
    for line in "".join(blocks).splitlines():
        if line.startswith("hervat "):
            result = town.hervat(*shlex.split(line)[1:])
            assert result.exit_code in (0, 1), (line, result.output)
        else:
            environment = {"PATH": "/usr/bin:/bin", "BACKUP": str(backup), "SAFE": str(backup)}
            subprocess.run(["bash", "-ec", line], cwd=town.directory, env=environment, check=True)


@pytest.mark.parametrize("lost", ["register", "register and vault"])
def test_the_commands_of_the_how_to(tmp_path, lost):
    texts = [text for _, text in BLOCKS]
    assert [bool(mark) for mark, _ in BLOCKS] == [False, False, False, True, False]
    town, backup = Town(tmp_path / "town"), tmp_path / "backup"
    person = made_up_bsn(91)
    town.register_person(1, person)
    town.sql("insert into verstrekking values (1, :b, 'school', 'K-1', '2022-01-12')", b=person)
    town.night("2022-01-15", status=None)
    town.offer("20220112", row("SS101", "10-01-2022", person, group=FAMILY))
    if lost == "register and vault":
        town.night("2022-02-01", status=None)
    perform(town, backup, texts[0], texts[1])
    if lost == "register":
        town.night("2022-02-01", status=None)
    before = content_of(town)
    assert before["notices"]
    if lost == "register and vault":
        shutil.rmtree(town.directory / "var" / "vault")
        perform(town, backup, texts[2], texts[3], texts[4])
    else:
        perform(town, backup, texts[2], texts[4])
    assert town.json("run", status=1)["errors"] == []
    after = content_of(town)
    for part in ("persons", "signals", "downloads", "disclosures", "out", "vault", "kept"):
        assert after[part] == before[part], part
    assert town.json("verify", status=0) == {"wrong": []}
