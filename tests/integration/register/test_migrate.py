"""`migrate: never`: an older or missing register is refused with the fix, and `hervat register migrate` is the fix."""

import pytest
from alembic import command as alembic
from sqlalchemy import text

from hervat.register import Register, store
from hervat.settings import read_settings
from tests.support.town import Town

VERSIONS = sorted(path.name[:4] for path in (store.MIGRATIONS / "versions").glob("0*.py"))
HEAD = VERSIONS[-1]
FIX = "hervat register migrate"


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request, tmp_path):
    url = "sqlite:///var/register.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    town = Town(tmp_path / "town", register=url)
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text() + "migrate: never\n")
    return town


def register_of(town):
    return Register(read_settings(town.directory).register_url)


def make_older(town, monkeypatch, version):
    """Make the register as a hervat of before left it, with one line of the journal in it."""
    upgrade = alembic.upgrade
    monkeypatch.setattr(alembic, "upgrade", lambda config, _head: upgrade(config, version))
    register = register_of(town)
    register.migrate()
    monkeypatch.undo()
    with register.session() as session:
        session.execute(text(
            "insert into journal (municipality, seq, at, actor, action, object, result, origin, previous, hash)"
            " values ('0000', 1, '2022-03-01 01:30:00', 'hervat', 'run', 'night', 'done', 'test', '', 'h')"
        ))  # fmt: skip
    register.close()


def refused(town, *command):
    (told,) = town.json(*command, status=3)["errors"]
    assert "migrate: never" in told and FIX in told
    return told


def test_without_tables_nothing_is_made_until_they_are_migrated(town):
    assert "no tables yet" in refused(town, "run", "--as-of", "2022-03-01")
    before = town.json("register", "status", status=1)
    assert (before["state"], before["version"], before["head"]) == ("absent", None, HEAD)
    assert any(FIX in told for told in town.json("doctor", status=3)["failing"])
    done = town.json("register", "migrate", status=0)
    assert done == {"before": None, "after": HEAD, "done": VERSIONS}
    assert town.json("register", "migrate", status=0)["done"] == []
    assert town.json("register", "status", status=0)["pending"] == []
    town.night("2022-03-01")


def test_an_older_register_is_refused_and_keeps_what_it_holds(town, monkeypatch):
    make_older(town, monkeypatch, "0011")
    for command in (("run", "--as-of", "2022-03-01"), ("status",), ("plan",), ("incidents", "list"), ("serve",)):
        assert "an older hervat" in refused(town, *command)
    assert town.json("register", "status", status=1)["pending"] == VERSIONS[11:]
    assert town.json("register", "migrate", status=0) == {"before": "0011", "after": HEAD, "done": VERSIONS[11:]}
    with register_of(town).session() as session:
        assert session.execute(text("select count(*) from journal")).scalar() == 1


def test_a_register_of_a_newer_hervat_is_refused_by_all(town):
    town.json("register", "migrate", status=0)
    with register_of(town).session() as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    for command in (("run",), ("register", "status"), ("register", "migrate")):
        (told,) = town.json(*command, status=3)["errors"]
        assert "a newer hervat made it" in told


def test_another_word_is_refused(tmp_path):
    town = Town(tmp_path / "town")
    path = town.directory / "hervat.yaml"
    path.write_text(path.read_text() + "migrate: sometimes\n")
    (told,) = town.json("register", "status", status=2)["errors"]
    assert "migrate" in told and "at_start" in told
