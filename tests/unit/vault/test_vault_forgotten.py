"""Lines about forgotten persons: in the chain, no objects, and recognisable under later keys."""

import json
import re

import pytest

from hervat.keyring import Keyring
from hervat.upkeep.renew_vault import prepare, switch
from hervat.vault import Vault

KEYS, LATER = Keyring(b"a" * 32, "0000"), Keyring(b"b" * 32, "0000")
BY = ("A. Eerste", "B. Tweede")
VALUES = [("bsn", "999990019"), ("v", "1234567890")]


@pytest.fixture
def vault(tmp_path):
    vault = Vault(tmp_path, KEYS)
    with vault.writer() as incoming:
        incoming.write(b"een origineel")
        incoming.commit("download", {"name": "x"})
    return vault


def marked(vault, *values):
    mark = vault.forgotten.marker()
    return [any(mark(*value) in line.marks for line in vault.forgotten.lines()) for value in values]


def test_a_number_is_recognised_by_its_mark_and_stands_nowhere(vault, tmp_path):
    assert vault.forgotten.marker() is None and vault.forgotten.lines() == []
    (line,) = vault.forgotten.add(VALUES, BY, "verzoek 12")
    assert [known.id for known in vault.forgotten.lines()] == [line]
    assert marked(vault, *VALUES, ("v", "999990019"), ("bsn", "999990020")) == [True, True, False, False]
    text = (tmp_path / "0000" / "manifest.jsonl").read_text()
    assert not any(value in text for _, value in VALUES)
    assert not any(KEYS.pseudonym(*value) in text for value in VALUES)
    assert "A. Eerste" in text and "verzoek 12" in text


def test_it_is_no_object_and_verify_and_sweep_leave_it(vault):
    (thing,) = vault.objects()
    vault.forgotten.add(VALUES, BY, "x")
    assert (vault.objects(ended_too=True), vault.verify(), vault.sweep()) == ([thing], [], 0)
    vault.end(thing.id, BY, "x")
    assert (vault.objects(), vault.verify(), len(vault.forgotten.lines())) == ([], [], 1)


def test_a_changed_mark_is_noticed(vault, tmp_path):
    vault.forgotten.add(VALUES, BY, "x")
    path = tmp_path / "0000" / "manifest.jsonl"
    (mark, *_) = re.findall("[0-9a-f]{64}", json.loads(path.read_text().splitlines()[-1])["meta"]["marks"])
    path.write_text(path.read_text().replace(mark, "0" * 64))
    assert vault.verify() != []


def test_a_renewal_of_the_keys_leaves_the_marks(vault, tmp_path):
    vault.forgotten.add(VALUES, BY, "x")
    before = vault.forgotten.lines()
    prepare(tmp_path / "0000", KEYS, LATER)
    switch(tmp_path / "0000")
    renewed = Vault(tmp_path, LATER)
    assert (renewed.verify(), renewed.forgotten.lines(), marked(renewed, *VALUES)) == ([], before, [True, True])
    renewed.forgotten.add([("bsn", "999990044")], BY, "later")
    assert marked(renewed, *VALUES, ("bsn", "999990044")) == [True] * 3


def test_many_marks_take_more_lines_and_the_last_is_found_again(vault):
    many = [("bsn", f"9{number:08}") for number in range(1203)]
    assert len(vault.forgotten.add(many, BY, "x" * 500)) == 3
    vault.forgotten.add(VALUES, BY, "y")
    assert vault.verify() == [] and marked(vault, many[0], many[-1], *VALUES) == [True] * 4
