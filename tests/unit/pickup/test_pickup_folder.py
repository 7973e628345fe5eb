"""A folder as a source: the same face and the same care as over SFTP."""

import os
import time

import pytest

from hervat.pickup import Offered, open_pickup
from hervat.pickup.folder import FolderError
from hervat.settings import FolderPickup, Source


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "pib"
    path.mkdir()
    return path


def source(folder, **changes):
    return Source(name="by-hand", folder=FolderPickup(directory=folder, pattern="*.csv"), **changes)


def write(folder, name, content, age=3600):
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_offers_stable_regular_files_the_oldest_first(folder, tmp_path):
    write(folder, "b.csv", b"b", age=7200)
    write(folder, "a.csv", b"aa")
    write(folder, "growing.csv", b"a", age=5)
    write(folder, ".hidden.csv", b"a")
    write(folder, "other.txt", b"a")
    write(folder, os.fsdecode(b"\xff.csv"), b"a")
    write(tmp_path, "outside.csv", b"secret")
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "sub.csv").mkdir()
    os.mkfifo(folder / "pipe.csv")
    with open_pickup(source(folder)) as pickup:
        assert [(file.name, file.size) for file in pickup.offered()] == [("b.csv", 1), ("a.csv", 2)]
        assert (pickup.growing, pickup.strange) == (1, 1)


def test_without_a_wait_everything_is_taken(folder):
    write(folder, "a.csv", b"a", age=-300)
    with open_pickup(source(folder, stable_after_seconds=0)) as pickup:
        assert len(pickup.offered()) == 1


def test_reads_whole_in_pieces(folder):
    content = os.urandom(1_000_000)
    write(folder, "a.csv", content)
    with open_pickup(source(folder)) as pickup:
        assert b"".join(pickup.chunks(pickup.offered()[0])) == content


@pytest.mark.parametrize("change", ["shrunk", "grown", "vanished", "link", "pipe"])
def test_a_file_that_is_not_as_offered_is_an_error_worth_a_retry(folder, tmp_path, change):
    path = write(folder, "a.csv", b"0123456789")
    with open_pickup(source(folder)) as pickup:
        (offered,) = pickup.offered()
        path.unlink()
        if change in ("shrunk", "grown"):
            write(folder, "a.csv", b"0" if change == "shrunk" else b"0123456789a")
        elif change == "link":
            path.symlink_to(write(tmp_path, "outside.csv", b"0123456789"))
        elif change == "pipe":
            os.mkfifo(path)
        with pytest.raises(FolderError) as raised:
            list(pickup.chunks(offered))
    assert raised.value.passing or change == "link"


def test_a_file_that_changes_while_it_is_read_is_an_error(folder):
    path = write(folder, "a.csv", bytes(600_000))
    with open_pickup(source(folder)) as pickup:
        chunks = pickup.chunks(pickup.offered()[0])
        next(chunks)
        path.write_bytes(bytes(600_000))
        with pytest.raises(FolderError, match="changed"):
            list(chunks)


def test_settling(folder):
    with open_pickup(source(folder)) as pickup:
        for content in (b"first", b"second"):
            write(folder, "a.csv", content)
            (offered,) = pickup.offered()
            pickup.settle(offered, "keep")
            for _ in range(2):
                pickup.settle(offered, "move")
        moved = sorted((folder / "opgehaald").iterdir())
        assert [path.read_bytes() for path in moved] == [b"first", b"second"]
        write(folder, "a.csv", b"third")
        (offered,) = pickup.offered()
        write(folder, "a.csv", b"replaced", age=100)
        pickup.settle(offered, "delete")
        assert (folder / "a.csv").read_bytes() == b"replaced"
        for _ in range(2):
            pickup.settle(pickup.offered()[0] if pickup.offered() else offered, "delete")
        assert not (folder / "a.csv").exists()


def test_a_missing_folder_and_a_file_in_its_place(tmp_path):
    with open_pickup(source(tmp_path / "none")) as pickup, pytest.raises(FolderError, match="no such folder") as raised:
        pickup.offered()
    assert not raised.value.passing
    (tmp_path / "file").write_text("x")
    with open_pickup(source(tmp_path / "file")) as pickup, pytest.raises(FolderError, match="folder"):
        pickup.offered()


def test_an_offered_file_that_vanished(folder):
    with open_pickup(source(folder)) as pickup, pytest.raises(FolderError, match="vanished") as raised:
        list(pickup.chunks(Offered("a.csv", 1, 1.0)))
    assert raised.value.passing
