"""The vault holds what it was given, only what was committed, encrypted and private."""

import hashlib
import io
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hervat.keyring import Keyring
from hervat.vault import Vault, VaultError
from hervat.vault.frames import CHUNK

KEYS = Keyring(bytes(range(32)), "0000")


def put(vault, content, kind="download", **meta):
    with vault.writer() as incoming:
        incoming.write(content)
        return incoming.commit(kind, meta)


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault", KEYS)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_round_trip(vault, tmp_path, size):
    content = os.urandom(size)
    thing = put(vault, content, name="PIB_a.csv", rows=None)
    with vault.open(thing.id) as stream:
        assert stream.read() == content
    assert thing.size == size
    assert thing.digest == KEYS.pseudonym("content", hashlib.sha256(content).hexdigest())
    on_disk = (tmp_path / "vault" / "0000" / "objects" / thing.id).read_bytes()
    assert thing.sha256 == hashlib.sha256(on_disk).hexdigest()
    assert vault.objects() == [thing]
    assert vault.verify() == []
    assert vault.sweep() == 0


@given(pieces=st.lists(st.integers(0, 3 * CHUNK // 2), max_size=5))
def test_pieces_of_any_length(tmp_path_factory, pieces):
    vault = Vault(tmp_path_factory.mktemp("vault"), KEYS)
    content = [os.urandom(size) for size in pieces]
    with vault.writer() as incoming:
        for piece in content:
            incoming.write(piece)
        assert incoming.size == sum(pieces)
        digest = incoming.digest
        thing = incoming.commit("download", {})
    assert (thing.digest, vault.open(thing.id).read()) == (digest, b"".join(content))


def test_reads_as_a_text_stream_in_small_bites(vault):
    text = "één;regel\r\n" * 100_000
    thing = put(vault, text.encode())
    with io.TextIOWrapper(vault.open(thing.id), encoding="utf-8", newline="") as stream:
        assert stream.readline() == "één;regel\r\n"
        assert len(stream.read()) == len(text) - 11


def test_kinds_meta_and_order(vault):
    first = put(vault, b"1", "download", name="a", wet=None, rows=3)
    second = put(vault, b"2", "confirmation")
    again = Vault(vault._folder.parent, KEYS)
    assert again.objects() == [first, second]
    assert again.objects("download") == [first]
    assert again.objects()[0].meta == {"name": "a", "wet": None, "rows": 3}


def test_the_same_content_has_the_same_digest_and_other_bytes(vault, tmp_path):
    first, second = put(vault, b"same" * 100), put(vault, b"same" * 100)
    assert (first.digest, first.id != second.id) == (second.digest, True)
    folder = tmp_path / "vault" / "0000" / "objects"
    assert (folder / first.id).read_bytes() != (folder / second.id).read_bytes()


def test_left_without_commit_nothing_remains(vault, tmp_path):
    with vault.writer() as incoming:
        incoming.write(bytes(CHUNK * 3))
    with pytest.raises(ZeroDivisionError), vault.writer() as incoming:
        incoming.write(b"x")
        _ = 1 // 0
    assert vault.objects() == []
    assert [path for path in (tmp_path / "vault").rglob("*") if path.is_file()] == []


def test_commit_is_once_only(vault):
    with vault.writer() as incoming:
        incoming.commit("download", {})
        with pytest.raises(VaultError, match="committed already"):
            incoming.commit("download", {})
    assert len(vault.objects()) == 1


def test_private_and_never_plain(vault, tmp_path):
    known = b"een bekende tekst die nergens leesbaar mag staan; "
    with vault.writer() as incoming:
        for _ in range(30_000):
            incoming.write(known)
        for path in (tmp_path / "vault").rglob("*"):
            assert path.is_dir() or known not in path.read_bytes()
        incoming.commit("download", {"name": "a"})
    for path in [tmp_path / "vault", *(tmp_path / "vault").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
        assert path.is_dir() or (known not in path.read_bytes() and b"bekende" not in path.read_bytes())


def test_municipalities_and_keys_are_kept_apart(vault, tmp_path):
    thing = put(vault, b"of 0000")
    other = Vault(tmp_path / "vault", Keyring(bytes(range(32)), "0001"))
    assert other.objects() == []
    with pytest.raises(VaultError, match=thing.id):
        other.open(thing.id)
    wrong_keys = Vault(tmp_path / "vault", Keyring(bytes(32), "0000"))
    with pytest.raises(VaultError, match="another keys file"):
        wrong_keys.open(thing.id)
    assert wrong_keys.verify() != []


def test_an_unknown_object(vault):
    with pytest.raises(VaultError, match="has no file"):
        vault.open("0" * 32)


def test_progress_is_told(vault):
    for number in range(3):
        put(vault, bytes([number]))
    told = []
    assert vault.verify(lambda done, all_: told.append((done, all_))) == []
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_disk_that_refuses_is_told_in_our_words(tmp_path):
    (tmp_path / "vault").write_text("a file where the folder should be")
    with pytest.raises(VaultError, match="can't be written"), Vault(tmp_path / "vault", KEYS).writer():
        pass


def test_ending_takes_two_and_destroys_the_key(vault, tmp_path):
    kept, ended = put(vault, b"kept"), put(vault, b"ended")
    with pytest.raises(VaultError, match="two different persons"):
        vault.end(ended.id, ("A. Eerste", " a. eerste "), "termijn verstreken")
    with pytest.raises(VaultError, match="no object"):
        vault.end("0" * 32, ("een", "twee"), "termijn verstreken")
    vault.end(ended.id, ("een", "twee"), "termijn verstreken")
    assert vault.objects() == [kept]
    assert vault.verify() == []
    with pytest.raises(VaultError, match="was ended"):
        vault.open(ended.id)
    for name in ("keys", "objects"):
        assert [path.name for path in (tmp_path / "vault" / "0000" / name).iterdir()] == [kept.id]
    assert put(vault, b"more") in vault.objects()
    assert vault.verify() == []


def test_an_ending_that_was_killed_is_finished_by_the_sweep(vault, tmp_path):
    thing = put(vault, b"ended")
    folder = tmp_path / "vault" / "0000"
    left = {path: path.read_bytes() for path in (folder / "keys" / thing.id, folder / "objects" / thing.id)}
    vault.end(thing.id, ("een", "twee"), "termijn verstreken")
    for path, content in left.items():
        path.write_bytes(content)
    assert vault.sweep() == 1
    assert not any(path.exists() for path in left)
    assert vault.verify() == []


def test_a_sweep_that_reads_the_manifest_just_before_a_commit_removes_nothing(vault, tmp_path, monkeypatch):
    """A writer wrote its line after the sweep had read the lines, and was killed before it gave the object its name."""
    thing = put(vault, b"committed")
    folder = tmp_path / "vault" / "0000" / "objects"
    (folder / thing.id).rename(folder / f"{thing.id}.part")
    things, calls = vault._things, []
    monkeypatch.setattr(vault, "_things", lambda: things() if calls or calls.append(1) else ([], set()))
    assert vault.sweep() == 1
    monkeypatch.undo()
    assert (vault.verify(), vault.open(thing.id).read()) == ([], b"committed")


def test_what_is_ended_while_verify_reads_is_no_loss(vault):
    first, second = put(vault, b"first"), put(vault, b"second")
    told = []

    def end_the_second(done, _total):
        if not told:
            vault.end(second.id, ("een", "twee"), "termijn verstreken")
        told.append(done)

    assert vault.verify(end_the_second) == []
    assert vault.objects() == [first]


def test_a_key_is_written_over_before_it_is_removed(vault, tmp_path):
    thing = put(vault, b"ended")
    key = tmp_path / "vault" / "0000" / "keys" / thing.id
    other = tmp_path / "other-name"
    before = key.read_bytes()
    os.link(key, other)
    vault.end(thing.id, ("een", "twee"), "termijn verstreken")
    assert (key.exists(), len(other.read_bytes()), other.read_bytes() == before) == (False, len(before), False)
