"""An original is read out for its owner's eyes: whole, private, never over a file, and with a reason on record."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from hervat.keyring import Keyring
from hervat.masters import load_masters
from hervat.register.models import JournalLine
from hervat.tasks.installation import Installation
from hervat.vault import Vault
from tests.support.town import Town, made_up_bsn

WHO = ("--by", "A. Proef", "--reason", "DUO vraagt ernaar")
CONTENT = os.urandom(700_000)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    town = Town(tmp_path_factory.mktemp("restore") / "town")
    with vault_of(town).writer() as incoming:
        incoming.write(CONTENT)
        incoming.commit("download", {"name": "PIB.csv"})
    return town


def vault_of(town):
    directory = town.directory / "var"
    return Vault(directory / "vault", Keyring(load_masters(directory / "keys.json", None).current, "0000"))


def restore(town, to, *who, given=None):
    (thing,) = vault_of(town).objects()
    return town.hervat("vault", "restore", given or thing.id[:8], "--to", str(to), *(who or WHO), "--json")


def journalled(town):
    with Installation(town.directory).register.session() as session:
        lines = session.scalars(select(JournalLine).where(JournalLine.action == "original read out"))
        return [(line.actor, line.object, line.result) for line in lines]


def test_whole_private_and_on_record(town, tmp_path):
    (thing,) = vault_of(town).objects()
    before = journalled(town)
    assert restore(town, tmp_path / "out.csv").exit_code == 0
    assert (tmp_path / "out.csv").read_bytes() == CONTENT
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600
    assert journalled(town) == [*before, ("A. Proef", f"object {thing.id}", "DUO vraagt ernaar")]
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_never_over_a_file(town, tmp_path):
    (tmp_path / "there").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = journalled(town)
    for name in ("there", "link", "no/such/folder"):
        assert restore(town, tmp_path / name).exit_code == 2
    assert ((tmp_path / "there").read_text(), (tmp_path / "nowhere").exists()) == ("mine", False)
    assert journalled(town) == before


def test_not_over_a_file_that_came_meanwhile(town, tmp_path, monkeypatch):
    link = os.link

    def late(part, to):
        Path(to).write_text("came first")
        link(part, to)

    monkeypatch.setattr(os, "link", late)
    assert restore(town, tmp_path / "out").exit_code == 2
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out", "came first")]


@pytest.mark.parametrize(
    "who",
    [
        ("--by", " ", "--reason", "x"),
        ("--by", "A. Proef", "--reason", " "),
        ("--by", "A. Proef", "--reason", f"over {made_up_bsn(5)}"),
        ("--by", made_up_bsn(5), "--reason", "x"),
    ],
)
def test_who_and_why_without_a_bsn(town, tmp_path, who):
    before = journalled(town)
    result = restore(town, tmp_path / "out", *who)
    assert (result.exit_code, made_up_bsn(5) in result.output, journalled(town)) == (2, False, before)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["f" * 8, "0", "../manifest.jsonl"])
def test_an_unknown_id(town, tmp_path, given):
    assert restore(town, tmp_path / "out", given=given).exit_code == 2


def test_a_damaged_one_leaves_nothing_behind(town, tmp_path):
    (thing,) = vault_of(town).objects()
    path = town.directory / "var" / "vault" / "0000" / "objects" / thing.id
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    try:
        result = restore(town, tmp_path / "out")
    finally:
        path.write_bytes(content)
    assert (result.exit_code, thing.id in result.stderr, list(tmp_path.iterdir())) == (3, True, [])
