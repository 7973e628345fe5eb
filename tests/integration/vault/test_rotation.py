"""Renewing the keys: afterwards all is known as before, the old key opens nothing, and a killed renewal goes on."""

import json
import os
import shutil
import signal
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from hervat.answers import FormAnswer
from hervat.answers.current import sealed_texts
from hervat.delivery.gate.delivered_persons import Memory
from hervat.erasure.execution.shared_rows import SharedKey
from hervat.errors import UsageError
from hervat.keyring import Keyring, SealError
from hervat.masters import Masters, load_masters
from hervat.register import Register
from hervat.register import models as m
from hervat.register.lock import keys_alone
from hervat.register.models import Base
from hervat.tasks.installation import Installation
from hervat.upkeep import refuse_stale
from hervat.vault import Vault
from hervat.vault.incoming import key_context
from tests.support.content import content_of
from tests.support.town import FAMILY, Town, made_up_bsn, row

CONTEXTS = (
    "identifier", "details", "disclosure", "notice", "kept", "shared", "acceptance", "receipt", "delivered", "answer",
    "separate",
)  # fmt: skip
# plain digests: a plan's of then, the journal's chain, a format, an answer
NOT_KEYED = {"hash", "previous", "format_fingerprint", "sha256", "set_hash"}
NUMBERS = {"sighting_block.packed", "retired.members"}  # of rows, signals and things: no value of a person
PERSONS = [made_up_bsn(n) for n in range(61, 67)]
KEYS = Path("var", "keys.json")


def build(place, register="sqlite:///var/register.db"):
    """A town that has had a night, with something in every table that depends on the keys."""
    town = Town(place, register=register, approval="required")
    for number, bsn in enumerate(PERSONS, 1):
        town.register_person(number, bsn)
        town.sql(
            "insert into verstrekking values (:n, :b, 'school', :k, '2022-01-12')", n=number, b=bsn, k=f"K-{number}"
        )
    rows = [row("SS101", "10-01-2022", b, group=FAMILY, name="Verzonnen", v=f"17{i:08}") for i, b in enumerate(PERSONS)]
    town.offer("20220112", *rows, row("SS101", "10-01-2022", made_up_bsn(99), gemeente="0363"))
    town.offer("20220301", *[row("SS190", "01-03-2022", b) for b in PERSONS[:2]])
    town.night("2022-03-01", status=1)
    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0], date(2022, 3, 1))
    with installation.register.session() as session:
        key = session.scalars(select(m.PlanPerson.key)).first()
        one = {"municipality": "0000", "system": "inburgering"}
        session.add(m.KeptValue(**one, key=key, sealed=night.keyring.seal(b"{}", "kept"), kept_on=night.as_of))
        session.add(m.Reappearance(**one, key=key, cleaned_on=night.as_of, seen_on=night.as_of))
        session.add(m.Refilled(**one, key=key, by="A. Proef", day=night.as_of))
        file = m.AnswerFile(
            municipality="0000",
            name="x",
            sha256="0" * 64,
            made_at=datetime(2022, 3, 1),
            read_on=night.as_of,
            refused=[],
        )
        session.add(file)
        session.flush()
        person = session.scalars(select(m.Person.id)).first()
        texts = sealed_texts(night.keyring, FormAnswer(remark="belt terug", who="A. Proef"))
        session.add(m.Answer(municipality="0000", person_id=person, file_id=file.id, row=2, sealed=texts))
        agreed = {"mark": night.keyring.pseudonym("forgetting", key), "basis": "x", "first_by": "A", "first_why": "x"}
        session.add(m.Forgetting(municipality="0000", number=person, **agreed, decided_on=night.as_of, second_by="B"))
        keys = {
            name: night.keyring.pseudonym("bsn", bsn)
            for name, bsn in zip(("key", "other_key"), PERSONS[3:5], strict=True)
        }
        numbers = night.keyring.seal(f"bsn:{PERSONS[4]}".encode(), "separate")
        session.add(m.Separate(municipality="0000", **keys, sealed=numbers, by="A. Proef", reason="typefout"))
        members = night.keyring.seal(json.dumps({"": [key]}).encode(), "acceptance")
        said = {"quarter": "2022Q1", "code": "orphans", "by": "A. Proef", "reason": "bekend"}
        session.add(m.Acceptance(municipality="0000", **said, members=members))
        written = {"quarter": "2022Q1", "records": 4, "digest": "proef", "gate": {}, "written_on": night.as_of}
        memory = Memory(night.keyring)
        memory.add([*PERSONS[:3], made_up_bsn(98)])
        memory.keep(session, m.Delivery(municipality="0000", **written, receipt="CBS-1", confirmed_on=night.as_of))
    from hervat.cleaning.shared_rows import noter
    from hervat.notices.manual import confirm_by_hand

    with installation.register.session() as session:
        number = session.scalars(select(m.Notice.number)).first()
    confirm_by_hand(night, number, "partly", night.as_of, "A. Proef", "een dossier ontbreekt")

    noter(night, night.municipality.systems[0])([SharedKey("los", (7,))])
    installation.register.close()
    return town


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    place = tmp_path_factory.mktemp("rotation") / "town"
    return place, build(place)


@dataclass
class Held:
    """Every sealed value and every pseudonym or keyed digest of a register."""

    sealed: dict
    keyed: dict


def is_sealed(column):
    return isinstance(column.type, LargeBinary) and f"{column.table.name}.{column.name}" not in NUMBERS


def held(town):
    register = Register(town.register.replace("sqlite:///var", f"sqlite:///{town.directory}/var"))
    found = Held({}, {})
    with register.session() as session:
        for table in Base.metadata.sorted_tables:
            for line in session.execute(select(table)).mappings():
                for column in table.columns:
                    value = line[column.name]
                    if is_sealed(column) and value is not None:
                        found.sealed.setdefault(f"{table.name}.{column.name}", []).append(value)
                    elif isinstance(value, str) and len(value) == 64 and column.name not in NOT_KEYED:
                        found.keyed.setdefault(f"{table.name}.{column.name}", set()).add(value)
    register.close()
    return found


def opens(keyring, value):
    for context in CONTEXTS:
        try:
            keyring.open(value, context)
        except SealError:
            continue
        return True
    return False


def assert_renewed(town, old, before):
    """Nothing of before is left under the old keys, and everything opens with the new ones."""
    masters = load_masters(town.directory / KEYS, None)
    assert (masters.following, masters.current != old) == (None, True)
    former, now = Keyring(old, "0000"), Keyring(masters.current, "0000")
    after = held(town)
    for place, values in after.sealed.items():
        assert not any(opens(former, value) for value in values), place
        assert all(opens(now, value) for value in values), place
    for place, values in before.keyed.items():
        assert not values & after.keyed.get(place, set()), place
    vault = town.directory / "var" / "vault"
    for thing in Vault(vault, now).objects():
        wrapped = (vault / "0000" / "keys" / thing.id).read_bytes()
        with pytest.raises(SealError):
            former.unwrap(wrapped, key_context(thing.id))
    assert Vault(vault, former).verify() != []
    assert not list(vault.rglob("*.next"))


def counts(account):
    return account["files"], account["rows"], account["persons"], account["notices"]


def master(town):
    return load_masters(town.directory / KEYS, None).current


def test_every_table_that_depends_on_the_keys_is_filled_here(town):
    """A new column that holds something sealed or keyed must be renewed too: hervat/upkeep/renew_register.py."""
    found, columns = held(town), set()
    for table in Base.metadata.sorted_tables:
        columns |= {f"{table.name}.{c.name}" for c in table.columns if is_sealed(c)}
        columns |= {
            f"{table.name}.{c.name}"
            for c in table.columns
            if getattr(c.type, "length", None) == 64 and c.name not in NOT_KEYED
        }
    assert columns <= {*found.sealed, *found.keyed}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_all_is_known_as_before(request, tmp_path, kind):
    town = request.getfixturevalue("town") if kind == "sqlite" else None
    town = town or build(tmp_path / "town", request.getfixturevalue("postgres_url"))
    old, before = master(town), held(town)
    standing = town.json("status", "--as-of", "2022-03-01")["municipalities"][0]
    assert_refused_meanwhile(town)
    assert town.json("vault", "rotate", "--by", "A. Proef", status=0) == {"renewed": ["0000"], "stale": []}
    assert_renewed(town, old, before)
    again = town.night("2022-03-01", status=1)
    assert again["files"] == {"fetched": 0, "known": 2, "refused": 0}
    assert (again["rows"]["read"], again["persons"]) == (0, standing["persons"])
    for gate in (standing["gate"], again["gate"]):
        assert {"code": "delivered_corrected", "count": 2} in gate["reasons"]
    assert sum(again["notices"][kind] for kind in ("hold", "correction", "resume", "withdrawal")) == 0
    assert town.json("verify", status=0) == {"wrong": []}
    os.utime(next(town.incoming.iterdir()), (1, 1))  # listed anew, so its bytes must be known by their digest
    assert town.night("2022-03-01", status=1)["files"] == {"fetched": 0, "known": 2, "refused": 0}


def test_what_was_approved_lapses(town):
    (plan,) = town.json("plan")["plans"]
    assert town.hervat("approve", plan["hash"], "--by", "A. Proef").exit_code == 0
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 0
    assert town.json("plan")["plans"] == []
    assert town.hervat("approve", plan["hash"], "--by", "A. Proef").exit_code == 2
    assert town.night("2022-03-01", status=1)["cleaning"][0]["cleaned"] == 0
    (fresh,) = town.json("plan")["plans"]
    assert fresh["hash"] != plan["hash"]
    with Installation(town.directory).register.session() as session:
        assert session.scalars(select(m.Acceptance)).all() == []


def test_the_old_keys_are_refused(town):
    text = (town.directory / KEYS).read_text()
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 0
    (town.directory / KEYS).write_text(text)
    result = town.hervat("run")
    assert (result.exit_code, "other keys" in result.stderr) == (2, True)
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 2


def test_keys_from_the_environment(town, monkeypatch):
    old, before = master(town), held(town)
    config = town.directory / "hervat.yaml"
    config.write_text(config.read_text().replace("{file: var/keys.json}", "{env: MADE_UP_KEYS}"))
    monkeypatch.setenv("MADE_UP_KEYS", Masters(old).text())
    assert "next" in town.hervat("vault", "rotate", "--by", "A. Proef").stderr
    both = Masters(old, os.urandom(32))
    monkeypatch.setenv("MADE_UP_KEYS", both.text())
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 0
    assert town.json("verify", status=0) == {"wrong": []}
    monkeypatch.setenv("MADE_UP_KEYS", Masters(both.following).text())
    assert town.json("verify", status=0) == {"wrong": []}
    (town.directory / KEYS).write_text(Masters(both.following).text())
    assert_renewed(town, old, before)


def assert_refused_meanwhile(town):
    """A process that works with the keys keeps a renewal out, and a renewal keeps every process out."""
    installation = Installation(town.directory)
    night = installation.night(installation.municipalities()[0])
    refused = town.hervat("vault", "rotate", "--by", "A. Proef")
    assert (refused.exit_code, "in use" in refused.stderr) == (3, True)
    register = night.register
    del night, installation
    with keys_alone(register):
        assert town.hervat("status").exit_code == 3
    register.close()


def test_keys_that_were_renewed_since_they_were_read_are_read_again(town):
    installation = Installation(town.directory)
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 0
    assert installation.night(installation.municipalities()[0]).keyring.pseudonym("x", "y")


def test_a_broken_chain_is_mended_first(town):
    before = (town.directory / KEYS).read_text()
    head = town.directory / "var" / "vault" / "0000" / "head"
    head.write_text("1 " + "0" * 64 + "\n")
    refused = town.hervat("vault", "rotate", "--by", "A. Proef")
    assert (refused.exit_code, "not renewed" in refused.stderr) == (3, True)
    assert (town.directory / KEYS).read_text() == before


def test_a_damaged_original_stays_damaged_and_an_ended_one_known(town):
    old, vault = master(town), Vault(town.directory / "var" / "vault", Keyring(master(town), "0000"))
    damaged, ended = vault.objects("download")
    path = town.directory / "var" / "vault" / "0000" / "objects" / damaged.id
    path.write_bytes(path.read_bytes()[:-1])
    vault.end(ended.id, ("een", "twee"), "termijn verstreken")
    assert town.hervat("vault", "rotate", "--by", "A. Proef").exit_code == 0
    (wrong,) = town.json("verify", status=3)["wrong"]
    assert damaged.id in wrong
    assert master(town) != old
    account = town.night("2022-03-01", status=1)
    assert account["files"] == {"fetched": 1, "known": 1, "refused": 0}, (
        "the damaged one is fetched from the source again"
    )


def killed(town, at):
    """Renew the keys in a child that is killed at its nth step; return how many steps there were, None when killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _die_at(at, writing, town)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    assert (status == signal.SIGKILL) == (told == ""), told
    return int(told) if told else None


def _die_at(at, writing, town):
    from sqlalchemy.orm import SessionTransaction

    signal.alarm(60)  # a child that hangs is an error, not a wait
    seen = 0

    def before(owner, name):
        work = getattr(owner, name)

        def wrapped(*args, **kwargs):
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        setattr(owner, name, wrapped)

    try:
        installation = Installation(town.directory)
        for owner, name in ((Path, "replace"), (SessionTransaction, "commit")):
            before(owner, name)
        installation.renew_keys("A. Proef", lambda _text: None)
        os.write(writing, str(seen).encode())
    except BaseException as error:
        os.write(writing, repr(error).encode())
    finally:
        os._exit(0)


def test_killed_at_every_step_it_goes_on_by_itself(town):
    old, before, content = master(town), held(town), content_of(town)
    place = town.directory
    fresh = place.with_name("again")
    shutil.copytree(place, fresh)
    steps = killed(town, 0)
    assert steps > 10
    begun, served = set(), set()
    parts = ("vault", "local", "notices", "out", "kept")
    for at in range(1, steps + 1):
        shutil.rmtree(place)
        shutil.copytree(fresh, place)
        assert killed(town, at) is None
        left = load_masters(place / KEYS, None)
        begun.add(left.following is not None)
        served.add(tuple(serves(town, key) for key in (old, left.following or left.current)))
        installation = Installation(place)
        installation.night(installation.municipalities()[0])
        if left == Masters(old):  # killed before anything was begun
            assert master(town) == old
        else:
            assert_renewed(town, old, before)
        after = content_of(town)
        assert [after[part] for part in parts] == [content[part] for part in parts]
        assert Vault(place / "var" / "vault", Keyring(master(town), "0000")).verify() == []
    assert begun == {False, True}
    assert served == {(True, True), (True, False), (False, False), (False, True)}, "the first: nothing was begun"
    shutil.rmtree(fresh)


def serves(town, key):
    """True if a file with these keys alone is taken; then register and vault are wholly under them."""
    keyring, vault = Keyring(key, "0000"), town.directory / "var" / "vault"
    register = Register(f"sqlite:///{town.directory}/var/register.db")
    try:
        refuse_stale(register, vault, keyring, "the file")
    except UsageError:
        return False
    finally:
        register.close()
    assert Vault(vault, keyring).verify() == []
    assert all(opens(keyring, value) for values in held(town).sealed.values() for value in values)
    return True
