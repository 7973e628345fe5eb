"""A folder as a source: the same face and the same care as over SFTP."""

import os
import time

import pytest

from hervat.pickup import Offered, open_pickup
from hervat.pickup.directories import FolderError
from hervat.settings import FolderPickup, Source


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "pib"
    path.mkdir()
    return path


def source(folder, pattern="*.csv", subfolders=False, **changes):
    chosen = FolderPickup(directory=folder, pattern=pattern, subfolders=subfolders)
    return Source(name="by-hand", folder=chosen, **changes)


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


def names(one):
    with open_pickup(one) as pickup:
        return sorted(file.name for file in pickup.offered()), pickup.growing


def test_several_patterns(folder):
    for name in ("a.csv", "a.CSV", "b.csv.gz", "c.zip", "d.txt", ".e.csv"):
        write(folder, name, b"a")
    assert names(source(folder, pattern=["*.csv", "*.gz", "*.zip"])) == (["a.CSV", "a.csv", "b.csv.gz", "c.zip"], 0)


def test_subfolders_to_a_depth(folder, tmp_path):
    for name in ("a", "a/b", "a/b/c", ".hidden", "opgehaald", "a/opgehaald"):
        (folder / name).mkdir()
        write(folder, f"{name}/x.csv", b"a")
    (folder / "link").symlink_to(tmp_path)
    write(folder, "x.csv", b"a")
    assert names(source(folder)) == (["x.csv"], 0)
    assert names(source(folder, subfolders=1)) == (["a/x.csv", "x.csv"], 0)
    assert names(source(folder, subfolders=True)) == (["a/b/c/x.csv", "a/b/x.csv", "a/x.csv", "x.csv"], 0)
    with open_pickup(source(folder, subfolders=2)) as pickup:
        for file in pickup.offered():
            assert b"".join(pickup.chunks(file)) == b"a"
            pickup.settle(file, "move" if file.name != "x.csv" else "delete")
    assert (folder / "a" / "b" / "opgehaald" / "x.csv").exists()
    assert not (folder / "x.csv").exists()


def test_a_done_marker_decides(folder):
    write(folder, "done.csv", b"a", age=5)
    write(folder, "done.csv.klaar", b"", age=4)
    write(folder, "old.csv", b"a", age=7200)  # left alone for long, but nobody said that it is done
    write(folder, "again.csv", b"a", age=5)  # written anew since its marker
    write(folder, "again.csv.klaar", b"", age=3600)
    write(folder, "settled.csv", b"a", age=100)
    write(folder, "settled.csv.klaar", b"", age=3600)
    write(folder, "nothing.csv.klaar", b"")
    one = source(folder, done_marker=".klaar")
    assert names(one) == (["done.csv", "settled.csv"], 2)


@pytest.mark.parametrize("how", ["keep", "move", "delete"])
def test_a_marker_goes_where_its_file_goes(folder, how):
    write(folder, "a.csv", b"a")
    write(folder, "a.csv.done", b"", age=1)
    with open_pickup(source(folder, done_marker=".done")) as pickup:
        (file,) = pickup.offered()
        for _ in range(2):
            pickup.settle(file, how)
    left = {"keep": ["a.csv", "a.csv.done"], "move": ["opgehaald"], "delete": []}[how]
    assert sorted(path.name for path in folder.iterdir()) == left
    assert how != "move" or sorted(path.name for path in (folder / "opgehaald").iterdir()) == ["a.csv", "a.csv.done"]


def test_what_lies_in_a_folder_and_is_no_file_to_take_is_counted(folder, tmp_path):
    for name in ("PIB_a.CSV", "PIB_b.csv.filepart", "lijst.xls", "jan.jansen", "leesmij.txt"):
        write(folder, name, b"a")
    (folder / "PIB_link.csv").symlink_to(folder / "PIB_a.CSV")
    (folder / "PIB_nowhere.csv").symlink_to(tmp_path / "nowhere")
    (folder / "map").symlink_to(tmp_path)
    os.mkfifo(folder / "PIB_pipe.csv")
    for name in ("2022", "opgehaald", ".verborgen"):
        (folder / name).mkdir()
    with open_pickup(source(folder, "PIB_*.csv"), others=("lijst*",)) as pickup:
        assert [file.name for file in pickup.offered()] == ["PIB_a.CSV"]
        left = pickup.left
    assert (left.links, left.special, left.folders, left.beside) == (3, 1, ["2022"], 2)
    assert dict(left.unfit) == {"other": 1}


@pytest.mark.parametrize(("ahead", "told"), [(30, False), (7200, True), (400 * 86400, True)])
def test_a_clock_that_is_ahead_is_told_apart_from_a_file_that_grows(folder, ahead, told):
    write(folder, "a.csv", b"a", age=-ahead)
    write(folder, "b.csv", b"b", age=1)
    with open_pickup(source(folder)) as pickup:
        assert pickup.offered() == []
        assert (pickup.growing, pickup.ahead) == (2, int(told))
        assert not told or ahead - 5 <= pickup.ahead_by <= ahead


def test_a_stamp_of_1970_is_none(folder):
    path = write(folder, "a.csv", b"a")
    for stamp in (0, -86400):
        os.utime(path, (stamp, stamp))
        with open_pickup(source(folder)) as pickup:
            (offered,) = pickup.offered()
            assert offered.modified is None and b"".join(pickup.chunks(offered)) == b"a"


def test_capitals_do_not_count_in_a_marker(folder):
    write(folder, "a.csv", b"a")
    write(folder, "A.csv.KLAAR", b"")
    write(folder, "los.csv.klaar", b"")
    with open_pickup(source(folder, done_marker=".klaar")) as pickup:
        assert [file.name for file in pickup.offered()] == ["a.csv"] and not pickup.left.unfit
