"""Keys of one municipality: they open nothing of another, and those of before a renewal are refused."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from hervat.errors import ConfigurationError
from hervat.keyring import Keyring, SealError
from hervat.masters import keys_from, load_masters
from hervat.register import Register
from hervat.register import models as m
from hervat.tasks.installation import Installation
from hervat.upkeep import keys
from hervat.vault import Vault, VaultError, key_context
from tests.support.town import FAMILY, Town, made_up_bsn, row

OWN = "keys/0363.json"
OTHER = """code: "0363"
name: Verzonnen
former_codes: ["0364"]
sources: [{name: by-hand, format: pib-wi2021, folder: {directory: other, pattern: "PIB_*"}, stable_after_seconds: 0}]
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("apart") / "town"
    return place, build(place)


def build(place):
    """Two gemeenten after a night, the second in a file of its own."""
    town = Town(place)
    config = place / "hervat.yaml"
    config.write_text(config.read_text().replace("municipalities:", "municipalities:\n  - gemeenten/*.yaml"))
    for folder in ("gemeenten", "other"):
        (place / folder).mkdir()
    (place / "gemeenten" / "0363.yaml").write_text(OTHER)
    for code, bsn in (("0000", made_up_bsn(1)), ("0363", made_up_bsn(2))):
        line = row("SS101", "10-01-2022", bsn, group=FAMILY, name="Verzonnen", v="1700000001", gemeente=code)
        file = town.offer("20220112", line)
        if code == "0363":
            file.rename(place / "other" / file.name)
    town.json("run", "--as-of", "2022-03-01", "--jobs", "1", status=0)
    return town


def write(town):
    (town.directory / OWN).unlink(missing_ok=True)
    return town.hervat("vault", "keys", "--municipality", "0363", "--out", str(town.directory / OWN))


def use(town):
    (town.directory / "gemeenten" / "0363.yaml").write_text(OTHER + f"keys: {{file: {OWN}}}\n")


def night(town, code="0363"):
    result = town.hervat("run", "--as-of", "2022-03-01", "--municipality", code)
    return result.exit_code, result.stderr.replace("\n", " ")


def test_a_file_for_one_is_private_new_and_on_record(town):
    before = load_masters(town.directory / "var" / "keys.json", None)
    assert write(town).exit_code == 0
    file = town.directory / OWN
    assert (file.stat().st_mode & 0o777, sorted(json.loads(file.read_text()))) == (
        0o600,
        ["municipality", "pseudonym", "seal", "vault"],
    )
    assert before.text().split('"')[3] not in file.read_text() and [one.name for one in file.parent.iterdir()] == [
        "0363.json"
    ]
    text = file.read_text()
    again = town.hervat("vault", "keys", "--municipality", "0363", "--out", str(file))
    assert (again.exit_code, "nothing is overwritten" in again.stderr, file.read_text()) == (2, True, text)
    lines = [line for line in town.register_rows("journal") if "keys written" in line]
    assert [line[1] for line in lines] == ["0363"], "a refused one is no line"


def test_with_them_a_night_runs_and_nothing_of_another_opens(town):
    write(town)
    use(town)
    (town.directory / "var" / "keys.json").unlink()
    assert night(town)[0] == 0
    assert town.json("doctor", "--municipality", "0363")["failing"] == []
    assert town.json("verify", "--municipality", "0363", status=0) == {"wrong": []}
    code, said = night(town, "0000")
    assert (code, "there is no keys file" in said) == (2, True)
    config = town.directory / "hervat.yaml"
    config.write_text(config.read_text().replace("var/keys.json", OWN))
    code, said = night(town, "0000")
    assert (code, "holds the keys of 0363 alone: nothing can be done for 0000" in said) == (2, True)
    only_own(town)


def only_own(town):
    own = keys_from((town.directory / OWN).read_text(), "here").keyrings("0363")[0]
    other = Keyring.of_derived("0000", own.derived())  # whoever has the file may say any code
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    with register.session() as session:
        for row_ in session.scalars(select(m.Identifier)):
            opens = row_.municipality == "0363"
            assert opened(own, row_.sealed) is opened(other, row_.sealed) is opens
        known = set(session.scalars(select(m.Identifier.pseudonym)))
    register.close()
    assert own.pseudonym("bsn", made_up_bsn(2)) in known
    assert other.pseudonym("bsn", made_up_bsn(1)) not in known
    vault = town.directory / "var" / "vault"
    for thing in Vault(vault, other).objects():
        with pytest.raises(VaultError):
            Vault(vault, other).open(thing.id).read()
    for path in (vault / "0000" / "keys").iterdir():
        with pytest.raises(SealError):
            other.unwrap(path.read_bytes(), key_context(path.name))


def opened(keyring, sealed):
    try:
        return bool(keyring.open(sealed, "identifier"))
    except SealError:
        return False


def test_a_master_key_is_not_taken_for_the_keys_of_one(town):
    (town.directory / "gemeenten" / "0363.yaml").write_text(OTHER + "keys: {file: var/keys.json}\n")
    code, said = night(town)
    assert (code, "holds a master key, which opens every municipality" in said) == (2, True)


@pytest.mark.parametrize("at", ["switch", "Renewal"])
def test_after_a_renewal_and_one_that_was_broken_off_they_are_refused(town, monkeypatch, at):
    def killed(*_given):
        raise KeyboardInterrupt

    write(town)
    use(town)
    with monkeypatch.context() as patched:
        patched.setattr(keys, at, killed)
        assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code not in (0, 2)
    before = everything(town)
    code, said = night(town)
    assert (code, "broken off; any command of hervat with the master key ends it" in said) == (2, True)
    assert everything(town) == before
    assert town.hervat("status", "--municipality", "0000").exit_code in (0, 1)
    code, said = night(town)
    assert (code, "they were renewed since; `hervat vault keys --municipality 0363`" in said) == (2, True)
    assert write(town).exit_code == 0
    assert night(town)[0] == 0
    assert town.json("verify", status=0) == {"wrong": []}


def everything(town):
    vault = Path(town.directory / "var" / "vault")
    files = {path: path.read_bytes() for path in sorted(vault.rglob("*")) if path.is_file()}
    return files, [town.register_rows(table) for table in ("journal", "key_check", "identifier", "run")]


def test_read_partly_an_installation_works_for_the_good_ones(town):
    (town.directory / "gemeenten" / "0363.yaml").write_text(OTHER + 'keys: {env: "${NOT_SET_ANYWHERE}"}\n')
    with pytest.raises(ConfigurationError, match="NOT_SET_ANYWHERE"):
        Installation(town.directory)
    installation = Installation(town.directory, partly=True)
    assert [night.code for night in installation.nights()] == ["0000"]
    assert [(broken.code, broken.file) for broken in installation.settings.broken] == [("0363", "gemeenten/0363.yaml")]
    assert [night.code for night in Installation(town.directory, "0000").nights()] == ["0000"]


def test_those_of_another_register_are_refused_before_it_is_written(town):
    write(town)
    use(town)
    (town.directory / "hervat.yaml").write_text(
        (town.directory / "hervat.yaml")
        .read_text()
        .replace("var/register.db", "var/new.db")
        .replace("var/vault", "var/new")
    )
    assert night(town)[0] == 2
    register = Register(f"sqlite:///{town.directory}/var/new.db")
    with register.session() as session:
        assert session.scalars(select(m.KeyCheck)).all() == []
    register.close()


def test_a_rotation_names_whose_file_must_be_written_anew(town):
    write(town)
    use(town)
    assert town.json("vault", "rotate", "--by", "A. Proef", status=0)["stale"] == ["0363"]
    (found,) = [text for text in town.json("doctor")["failing"] if "0363" in text]
    assert "they were renewed since" in found
