"""Encryption and pseudonyms: bound to municipality and context, and closed to other keys."""

import json
import os

import pytest

from hervat.errors import UsageError
from hervat.keyring import NONCE, Keyring, SealError
from hervat.masters import Masters, MunicipalityKeys, keys_from, load_masters, new_master

MASTER = os.urandom(32)


def test_what_is_sealed_opens_again_and_only_so():
    one, other = Keyring(MASTER, "0000"), Keyring(MASTER, "0363")
    sealed = one.seal(b"made up", "details")
    assert one.open(sealed, "details") == b"made up"
    assert b"made up" not in sealed
    for keyring, context, data in (
        (other, "details", sealed),
        (one, "identifier", sealed),
        (one, "details", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (one, "details", b"short"),
        (Keyring(os.urandom(32), "0000"), "details", sealed),
    ):
        with pytest.raises(SealError):
            keyring.open(data, context)


def test_many_sealed_together_are_each_as_if_alone():
    keyring, plains = Keyring(MASTER, "0000"), [b"made up", b"made up", b"", b"another"]
    sealed = keyring.seal_all(plains, "details")
    assert [keyring.open(one, "details") for one in sealed] == plains
    assert len({one[:NONCE] for one in sealed}) == len(plains), "a nonce that comes twice gives both away"
    with pytest.raises(SealError):
        keyring.open(sealed[0], "identifier")


def test_a_pseudonym_is_stable_and_differs_by_kind_key_and_municipality():
    one = Keyring(MASTER, "0000")
    assert one.pseudonym("bsn", "1") == Keyring(MASTER, "0000").pseudonym("bsn", "1")
    others = {one.pseudonym("v", "1"), Keyring(MASTER, "0363").pseudonym("bsn", "1"), one.pseudonym("bsn", "2")}
    assert one.pseudonym("bsn", "1") not in others and len(others) == 3


def test_keys_come_from_a_file_or_the_environment(tmp_path, monkeypatch):
    text = new_master()
    file = tmp_path / "keys.json"
    file.write_text(text)
    monkeypatch.setenv("MADE_UP_KEYS", text)
    assert load_masters(file, None) == load_masters(None, "MADE_UP_KEYS") == keys_from(text, "here")
    assert keys_from(json.loads(text)["master"] + "\n", "here") == keys_from(text, "here")


def test_a_keys_file_may_hold_the_key_that_follows():
    both = Masters(os.urandom(32), os.urandom(32))
    assert keys_from(both.text(), "here") == both
    assert "master" in both.text() and both.following.hex() not in repr(both)
    with pytest.raises(UsageError, match="32 bytes"):
        keys_from(json.dumps({**json.loads(both.text()), "next": "AAAA"}), "here")


@pytest.mark.parametrize("text", ["", "{}", '{"master": "x"}', '{"master": "AAAA"}', "[1]"])
def test_wrong_keys_are_refused_without_being_shown(text):
    with pytest.raises(UsageError, match="the file"):
        keys_from(text, "the file")


def test_missing_keys_name_the_mend(tmp_path, monkeypatch):
    monkeypatch.delenv("MADE_UP_KEYS", raising=False)
    with pytest.raises(UsageError, match="put back the copy"):
        load_masters(tmp_path / "none.json", None)
    with pytest.raises(UsageError, match="MADE_UP_KEYS"):
        load_masters(None, "MADE_UP_KEYS")


@pytest.mark.parametrize("content", [None, b"", b"no keys", b"\xff\xfe"])
def test_without_its_keys_an_installation_is_never_told_to_make_others(tmp_path, content):
    file = tmp_path / "keys.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match="keys.json.*put back the copy") as caught:
        load_masters(file, None)
    assert "init" not in str(caught.value)


def test_keys_that_may_not_be_read_are_no_surprise(tmp_path, monkeypatch):
    def refuse(*_given, **_more):
        raise PermissionError

    file = tmp_path / "keys.json"
    file.write_text(new_master())
    monkeypatch.setattr(type(file), "read_text", refuse)  # root reads all: rights alone would not fail here
    with pytest.raises(
        UsageError, match=r"keys.json can't be read \(PermissionError\); give hervat's account the right"
    ):
        load_masters(file, None)


def test_derived_keys_do_what_those_of_the_master_key_do_and_show_none_of_it():
    whole, text = Keyring(MASTER, "0363"), MunicipalityKeys("0363", Keyring(MASTER, "0363").derived()).text()
    (own,) = keys_from(text, "here").keyrings("0363")
    assert own.open(whole.seal(b"made up", "details"), "details") == b"made up"
    assert own.unwrap(whole.wrap(b"key", "object"), "object") == b"key"
    assert own.pseudonym("bsn", "1") == whole.pseudonym("bsn", "1") == own.pseudonyms("bsn")("1")
    assert MASTER not in {*own.derived().values()} and len({*own.derived().values()}) == 3
    assert not any(key.hex() in repr(keys_from(text, "here")) for key in own.derived().values())
    with pytest.raises(UsageError, match="here holds the keys of 0363 alone: nothing can be done for 0344"):
        keys_from(text, "here").keyrings("0344")


@pytest.mark.parametrize("missing", ["seal", "vault", "pseudonym"])
def test_half_the_keys_of_a_municipality_are_none(missing):
    values = json.loads(MunicipalityKeys("0363", Keyring(MASTER, "0363").derived()).text())
    for wrong in ({name: key for name, key in values.items() if name != missing}, {**values, missing: "AAAA"}):
        with pytest.raises(UsageError, match="here.*put back the copy"):
            keys_from(json.dumps(wrong), "here")


def test_where_a_master_key_is_needed_the_keys_of_one_are_refused(tmp_path):
    file = tmp_path / "0363.json"
    file.write_text(MunicipalityKeys("0363", Keyring(MASTER, "0363").derived()).text())
    with pytest.raises(UsageError, match="keys of 0363 alone; this takes the master key"):
        load_masters(file, None)
