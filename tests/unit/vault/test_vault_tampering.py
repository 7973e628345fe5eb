"""Whatever is changed, cut, swapped or taken away in the vault, `verify` says so and a read never gives it."""

import json
import os
import shutil

import pytest

from hervat.keyring import Keyring
from hervat.vault import Vault, VaultError
from hervat.vault.frames import CHUNK, MARK, TAG
from hervat.vault.manifest import Manifest
from hervat.vault.tombstones import tombstone

KEYS = Keyring(bytes(range(32)), "0000")
FRAME = CHUNK + TAG


def put(vault, content):
    with vault.writer() as incoming:
        incoming.write(content)
        return incoming.commit("download", {"name": "a"}).id


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A vault with three objects: one of several frames, one of one, one empty."""
    path = tmp_path_factory.mktemp("original")
    vault = Vault(path, KEYS)
    ids = [put(vault, os.urandom(3 * CHUNK + 100)), put(vault, os.urandom(500)), put(vault, b"")]
    assert vault.verify() == []
    return path, ids


@pytest.fixture
def tampered(original, tmp_path):
    path, ids = original
    shutil.copytree(path, tmp_path / "vault")
    return tmp_path / "vault" / "0000", ids


def problems(folder):
    return Vault(folder.parent, KEYS).verify()


def assert_noticed(folder, object_id):
    found = problems(folder)
    assert any(object_id in text for text in found), found
    with pytest.raises(VaultError, match=object_id):
        Vault(folder.parent, KEYS).open(object_id).read()


OFFSETS = [
    0,
    len(MARK) - 1,
    len(MARK),
    len(MARK) + 100,
    len(MARK) + CHUNK,
    len(MARK) + FRAME - 1,
    len(MARK) + FRAME,
    len(MARK) + 2 * FRAME + 5,
    len(MARK) + 3 * FRAME,
    -TAG - 1,
    -TAG,
    -1,
]


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_flipped_bit_in_every_region(tampered, offset):
    folder, (object_id, *_) = tampered
    path = folder / "objects" / object_id
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)
    assert_noticed(folder, object_id)


CUTS = [0, 3, len(MARK), len(MARK) + 5, len(MARK) + TAG]
CUTS += [len(MARK) + n * FRAME + by for n in (1, 2, 3) for by in (-1, 0, 1)] + [-TAG, -1]


@pytest.mark.parametrize("cut", CUTS)
def test_cut_anywhere(tampered, cut):
    folder, (object_id, *_) = tampered
    path = folder / "objects" / object_id
    path.write_bytes(path.read_bytes()[:cut])
    assert_noticed(folder, object_id)


def frames_of(path):
    content = path.read_bytes()[len(MARK) :]
    return [content[start : start + FRAME] for start in range(0, len(content), FRAME)]


@pytest.mark.parametrize(
    "order", [[1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 2, 3, 3], [3], [1, 2, 3], []]
)
def test_frames_swapped_repeated_or_left_out(tampered, order):
    folder, (object_id, *_) = tampered
    path = folder / "objects" / object_id
    frames = frames_of(path)
    path.write_bytes(MARK + b"".join(frames[index] for index in order))
    assert_noticed(folder, object_id)


def test_bytes_added_to_the_end(tampered):
    folder, ids = tampered
    for object_id in ids:
        with (folder / "objects" / object_id).open("ab") as file:
            file.write(b"x")
        assert_noticed(folder, object_id)


def test_objects_and_keys_of_another(tampered):
    folder, (first, second, _) = tampered
    for name in ("keys", "objects"):
        here, there = folder / name / first, folder / name / second
        content = here.read_bytes(), there.read_bytes()
        here.write_bytes(content[1])
        there.write_bytes(content[0])
        assert_noticed(folder, first)
        assert_noticed(folder, second)
        here.write_bytes(content[0])
        there.write_bytes(content[1])
    assert problems(folder) == []


@pytest.mark.parametrize("name", ["keys", "objects"])
def test_a_file_taken_away(tampered, name):
    folder, (object_id, *_) = tampered
    (folder / name / object_id).unlink()
    assert_noticed(folder, object_id)


@pytest.mark.parametrize("offset", [0, 11, 12, 30, -1])
def test_a_changed_key(tampered, offset):
    folder, (object_id, *_) = tampered
    path = folder / "keys" / object_id
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(content)
    assert_noticed(folder, object_id)


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 13, 43, 44, 59])
def test_a_key_cut_off(tampered, cut):
    folder, (object_id, *_) = tampered
    path = folder / "keys" / object_id
    assert path.stat().st_size == 60
    path.write_bytes(path.read_bytes()[:cut])
    assert_noticed(folder, object_id)


def test_every_byte_of_the_head(tampered):
    folder, _ = tampered
    head = folder / "head"
    content = head.read_bytes()
    for offset in range(len(content)):
        for changed in (_flipped(content, offset), content[:offset]):
            head.write_bytes(changed)
            assert problems(folder) != [], offset
    head.write_bytes(content + b"x")
    assert problems(folder) != []


def _flipped(content, offset):
    return content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1 :]


def test_every_byte_of_the_manifest(tampered):
    """The chain alone: the objects are not read again for each byte."""
    folder, _ = tampered
    path, manifest = folder / "manifest.jsonl", Manifest(folder, KEYS)
    content = path.read_bytes()
    ends = {offset + 1 for offset, byte in enumerate(content) if byte == ord("\n")}
    assert _wrong(manifest) == []
    for offset in range(len(content)):
        path.write_bytes(_flipped(content, offset))
        assert _wrong(manifest) != [], offset
    cuts = {*(end + by for end in ends for by in (-1, 0, 1)), *range(0, len(content), 97)}
    for cut in sorted(one for one in cuts if one < len(content)):
        path.write_bytes(content[:cut])
        assert _wrong(manifest) != [], cut


def _wrong(manifest):
    try:
        return manifest.checked()[1]
    except VaultError as error:
        return [str(error)]


def test_a_tombstone_of_nothing_and_what_an_ended_one_left(tampered):
    folder, (object_id, *_) = tampered
    vault = Vault(folder.parent, KEYS)
    key = (folder / "keys" / object_id).read_bytes()
    vault.end(object_id, ("een", "twee"), "termijn verstreken")
    assert vault.verify() == []
    (folder / "keys" / object_id).write_bytes(key)
    assert [text for text in vault.verify() if "something of it is left" in text]
    vault.end(object_id, ("een", "twee"), "again")
    assert (vault.verify(), len(vault.tombstones())) == ([], 1)
    stone = tombstone("f" * 32, {"object": "f" * 32, "by": "een", "and": "twee", "reason": "x"}, None)
    Manifest(folder, KEYS).append(stone)
    assert [text for text in vault.verify() if "never secured" in text]


def lines(folder):
    return (folder / "manifest.jsonl").read_text().splitlines(keepends=True)


@pytest.mark.parametrize("order", [[1, 2], [0, 2], [0, 1], [0], [], [1, 0, 2], [0, 1, 1, 2], [0, 1, 2, 2]])
def test_lines_removed_reordered_or_repeated(tampered, order):
    folder, _ = tampered
    found = lines(folder)
    (folder / "manifest.jsonl").write_text("".join(found[index] for index in order))
    assert problems(folder) != []


FIELDS = {"seq": 9, "id": "f" * 32, "digest": "0" * 64, "size": 1, "kind": "other", "sha256": "0" * 64}
FIELDS |= {"at": "2020-01-01", "meta": {"name": "b"}, "prev": "1" * 64, "hash": "0" * 64}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_field(tampered, field, number):
    folder, _ = tampered
    found = lines(folder)
    found[number] = json.dumps({**json.loads(found[number]), field: FIELDS[field]}) + "\n"
    (folder / "manifest.jsonl").write_text("".join(found))
    assert problems(folder) != []


@pytest.mark.parametrize("text", ["nonsense\n", "{}\n", "[]\n", '{"seq": 1}\n', "\n", "\x00\n"])
def test_a_damaged_line(tampered, text):
    folder, _ = tampered
    found = lines(folder)
    (folder / "manifest.jsonl").write_text("".join([found[0], text, *found[2:]]))
    assert "manifest line 2 is damaged" in problems(folder)[0]
    with pytest.raises(VaultError, match="damaged"):
        Vault(folder.parent, KEYS).objects()


def test_an_id_that_leads_elsewhere_is_damage(tampered):
    folder, _ = tampered
    found = lines(folder)
    found[0] = json.dumps({**json.loads(found[0]), "id": "../../etc/hostname"}) + "\n"
    (folder / "manifest.jsonl").write_text("".join(found))
    assert "manifest line 1 is damaged" in problems(folder)[0]


def test_an_object_and_its_last_line_taken_away_together(tampered):
    folder, ids = tampered
    (folder / "manifest.jsonl").write_text("".join(lines(folder)[:-2]))
    for object_id in ids[1:]:
        for name in ("keys", "objects"):
            (folder / name / object_id).unlink()
    assert "head" in problems(folder)[0]
    vault = Vault(folder.parent, KEYS)
    with pytest.raises(VaultError, match="head"):
        put(vault, b"writing on would hide it")
    assert "head" in vault.verify()[0]


def test_a_changed_or_missing_head(tampered):
    folder, _ = tampered
    head = folder / "head"
    for content in ("2 " + head.read_text().split()[1], "", "x", "99"):
        head.write_text(content)
        assert problems(folder) != []
    head.unlink()
    assert problems(folder) != []


def test_an_object_without_a_line_is_reported_and_never_removed(tampered):
    folder, ids = tampered
    (folder / "manifest.jsonl").write_text("".join(lines(folder)[:-1]))
    vault = Vault(folder.parent, KEYS)
    assert f"object {ids[2]} has no line in the manifest" in vault.verify()
    vault.sweep()
    assert (folder / "objects" / ids[2]).exists()
    assert (folder / "keys" / ids[2]).exists()


def test_all_of_the_manifest_gone(tampered):
    folder, ids = tampered
    (folder / "manifest.jsonl").unlink()
    assert len(problems(folder)) >= len(ids)
