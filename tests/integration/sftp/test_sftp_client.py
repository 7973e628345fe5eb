"""Listing, reading, writing and settling over real servers: the demo's own, and OpenSSH."""

import os
import threading

import pytest

from hervat.sftp import SftpClient, SftpError
from hervat.sftp import reading as reading_module
from hervat.sftp import transfer as transfer_module


def test_lists_regular_files_that_fit_with_size_and_stamp(served):
    served.write("PIB_a.csv", b"abc")
    served.write("other.txt", b"x")
    served.write(".PIB_b.csv", b"x")
    (served.folder / "PIB_folder.csv").mkdir()
    (served.folder / "PIB_link.csv").symlink_to("/etc/hostname")
    with SftpClient(served.pickup()) as client:
        found = client.listing(served.remote, "PIB_*.csv")
        assert [(file.name, file.size) for file in found] == [("PIB_a.csv", 3)]
        assert found[0].modified == int((served.folder / "PIB_a.csv").stat().st_mtime)
        assert [file.name for file in client.listing(served.remote, "*")] == ["PIB_a.csv", "other.txt"]
        assert client.strange == 0


def test_strange_names_are_left_out_and_counted(started):
    served = started("openssh")
    for name in (b"PIB_\xff.csv", b"PIB_a\nb.csv", b"PIB_\\.csv", b"PIB_good.csv", b"elsewhere_\xff.csv"):
        (served.folder / os.fsdecode(name)).write_bytes(b"")
    with SftpClient(served.pickup()) as client:
        found = client.listing(served.remote, "PIB_*.csv")
        assert "PIB_good.csv" in [file.name for file in found]
        assert client.strange == 3


WINDOW = reading_module._AHEAD * reading_module._REQUEST


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, WINDOW, WINDOW + 1, 40_000_000])
def test_reads_what_is_there(served, size):
    content = os.urandom(size)
    served.write("PIB_a.csv", content)
    with SftpClient(served.pickup()) as client:
        (listed,) = client.listing(served.remote, "*")
        assert b"".join(client.read(f"{served.remote}/PIB_a.csv", listed)) == content


def test_no_such_directory(served):
    with SftpClient(served.pickup()) as client:
        with pytest.raises(SftpError, match="no such file or directory") as raised:
            client.listing(f"{served.remote}/nowhere", "*")
        assert not raised.value.passing


@pytest.mark.parametrize("change", ["shrunk", "grown", "vanished", "replaced"])
def test_a_file_that_is_not_as_listed_is_an_error_worth_a_retry(served, change):
    path = served.write("PIB_a.csv", b"0123456789")
    with SftpClient(served.pickup()) as client:
        (listed,) = client.listing(served.remote, "*")
        if change == "vanished":
            path.unlink()
        else:
            content = {"shrunk": b"01234", "grown": b"0123456789a", "replaced": b"9876543210"}[change]
            served.write("PIB_a.csv", content, age=1800)
        with pytest.raises(SftpError, match="vanished or changed") as raised:
            list(client.read(f"{served.remote}/PIB_a.csv", listed))
        assert raised.value.passing


def test_a_file_that_shrinks_while_it_is_read_is_an_error(served):
    path = served.write("PIB_a.csv", bytes(30_000_000))
    with SftpClient(served.pickup()) as client:
        chunks = client.read(f"{served.remote}/PIB_a.csv")
        next(chunks)
        os.truncate(path, 10_000_000)
        with pytest.raises(SftpError, match="vanished or changed"):
            list(chunks)
        assert client.exists(served.remote), "the connection goes on"


def test_a_file_that_grows_while_it_is_read_is_an_error(served):
    path = served.write("PIB_a.csv", bytes(9_000_000))
    with SftpClient(served.pickup()) as client:
        chunks = client.read(f"{served.remote}/PIB_a.csv")
        next(chunks)
        with path.open("ab") as file:
            file.write(b"more")
        with pytest.raises(SftpError, match="vanished or changed"):
            list(chunks)


def test_a_read_that_is_given_up_leaves_no_thread_behind(served):
    served.write("PIB_a.csv", bytes(30_000_000))
    before = threading.active_count()
    with SftpClient(served.pickup()) as client:
        chunks = client.read(f"{served.remote}/PIB_a.csv")
        next(chunks)
        chunks.close()
        assert client.exists(served.remote)
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and "Transport" in type(thread).__name__:
            thread.join(5)
    assert threading.active_count() <= before + 1  # the watchdog may be in its last second


def test_put_is_whole_and_can_be_repeated(served):
    content = os.urandom(1_000_000)
    with SftpClient(served.pickup()) as client:
        for _ in range(2):
            client.put(served.remote, "0000-20220301-0001-hold.json", content)
        client.put(served.remote, "0000-20220301-0001-hold.json", b"shorter")
    assert [path.name for path in served.folder.iterdir()] == ["0000-20220301-0001-hold.json"]
    assert (served.folder / "0000-20220301-0001-hold.json").read_bytes() == b"shorter"


def test_put_over_a_part_that_a_killed_run_left(served):
    served.write(".notice.json.part", bytes(100))
    with SftpClient(served.pickup()) as client:
        client.put(served.remote, "notice.json", b"whole")
    assert {path.name: path.read_bytes() for path in served.folder.iterdir()} == {"notice.json": b"whole"}


def test_nobody_sees_half_of_a_file_under_its_name(served, monkeypatch):
    served.write("notice.json", b"the first")
    seen = []
    rename = transfer_module._rename_over

    def look_first(sftp, part, final):
        seen.append((served.folder / "notice.json").read_bytes())
        rename(sftp, part, final)

    monkeypatch.setattr(transfer_module, "_rename_over", look_first)
    with SftpClient(served.pickup()) as client:
        client.put(served.remote, "notice.json", b"the second")
    assert seen == [b"the first"]
    assert (served.folder / "notice.json").read_bytes() == b"the second"


@pytest.mark.parametrize("name", ["../out.json", "a/b", "..", "", "a\nb"])
def test_put_refuses_a_name_that_leads_elsewhere(served, name):
    with SftpClient(served.pickup()) as client, pytest.raises(SftpError, match="such a name"):
        client.put(served.remote, name, b"x")


def test_put_into_a_missing_directory_is_clear(served):
    with SftpClient(served.pickup()) as client, pytest.raises(SftpError, match="no such file or directory") as raised:
        client.put(f"{served.remote}/nowhere", "a.json", b"x")
    assert not raised.value.passing


def test_remove_and_move_are_harmless_when_repeated(served):
    served.write("PIB_a.csv", b"a")
    served.write("PIB_b.csv", b"b")
    with SftpClient(served.pickup()) as client:
        for _ in range(2):
            client.remove(f"{served.remote}/PIB_a.csv")
            client.move(f"{served.remote}/PIB_b.csv", "opgehaald")
        assert not client.exists(f"{served.remote}/PIB_a.csv")
    assert (served.folder / "opgehaald" / "PIB_b.csv").read_bytes() == b"b"


def test_move_never_overwrites_what_was_picked_up_before(served):
    with SftpClient(served.pickup()) as client:
        for content in (b"first", b"second", b"third"):
            served.write("PIB_a.csv", content)
            client.move(f"{served.remote}/PIB_a.csv", "opgehaald")
    found = sorted((served.folder / "opgehaald").iterdir())
    assert [path.read_bytes() for path in found] == [b"first", b"second", b"third"]


def test_a_replaced_file_is_neither_removed_nor_moved(served):
    served.write("PIB_a.csv", b"first")
    with SftpClient(served.pickup()) as client:
        (listed,) = client.listing(served.remote, "*")
        served.write("PIB_a.csv", b"other content", age=10)
        client.remove(f"{served.remote}/PIB_a.csv", listed)
        client.move(f"{served.remote}/PIB_a.csv", "opgehaald", listed)
    assert (served.folder / "PIB_a.csv").read_bytes() == b"other content"
